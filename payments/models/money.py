"""Money in and out: payments, refunds and incidents."""

from django.db import models
from django.db.models import F, Q

from clients.models import Client
from ledger.models import Allocation, BankAccount, Document, Entry, GeneralAccount, Journal, Operation
from office.few import FewQuerySet
from office.fields import money_field
from office.models import Site
from payments import rules

BANK = "512"  # the account of the chart that those of the business's banks are parts of


class PaymentType(models.Model):
    """A way to pay (type de règlement) and the account that its money goes to.

    is_active: whether it can be chosen for what is typed from now on.
    """

    code = models.CharField("code", max_length=16, primary_key=True)
    label = models.CharField("libellé", max_length=60)
    account = models.ForeignKey(GeneralAccount, models.PROTECT, verbose_name="compte")
    journal = models.CharField("journal", max_length=16, choices=Journal.Kind.choices, default=Journal.Kind.BANK)
    needs_reference = models.BooleanField("référence obligatoire", default=False)
    position = models.PositiveSmallIntegerField("rang", default=0)
    is_active = models.BooleanField("proposé", default=True)

    objects = FewQuerySet.as_manager()

    class Meta:
        verbose_name = "type de règlement"
        verbose_name_plural = "types de règlement"

    def __str__(self) -> str:
        return self.label

    @property
    def is_cash(self) -> bool:
        """Whether its money goes into the till."""
        return self.journal == Journal.Kind.CASH

    @property
    def goes_to_bank(self) -> bool:
        """Whether its money is on an account at a bank at once, rather than in the till or in hand."""
        return self.account_id.startswith(BANK)

    def account_at(self, bank: BankAccount | None) -> str:
        """The account of the chart that its money is booked on. bank: the one that it goes to, if that is known."""
        return bank.account_id if bank is not None and self.goes_to_bank else self.account_id


class Movement(models.Model):
    """What payments and refunds have in common: an amount, how, and when the money is there.

    amount: positive, or 0.00 for a set-off. paid_on: the day the money is, or will be, there; the
    accounting day is the document's. bank: the business's account that it goes to or comes from, if somebody said so.
    seller, buyer: who took it and whose it is, as they stood then, for its receipt.
    entry: the live one, none for a set-off. cancelled_by: the operation that cancelled it.
    """

    client = models.ForeignKey(Client, models.PROTECT, db_index=False, verbose_name="client")  # its newest are indexed
    document = models.OneToOneField(Document, models.PROTECT, verbose_name="pièce")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, db_index=False, verbose_name="établissement")
    type = models.ForeignKey(PaymentType, models.PROTECT, null=True, blank=True, verbose_name="type de règlement")
    amount = money_field("montant")
    paid_on = models.DateField("date de paiement")
    bank = models.ForeignKey(BankAccount, models.PROTECT, null=True, blank=True, verbose_name="compte bancaire")
    bank_reference = models.CharField("référence", max_length=60, blank=True)
    note = models.CharField("note", max_length=200, blank=True)
    seller = models.JSONField("entreprise", default=dict)
    buyer = models.JSONField("payeur", default=dict)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, verbose_name="écriture")
    cancelled_by = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.document.reference


class Payment(Movement):
    """Money in, or 0.00 for a pure set-off (règlement).

    replaces: the payment that was edited into this one, which is cancelled; users see one payment with its history.
    """

    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="remplace"
    )

    class Meta:
        verbose_name = "règlement"
        verbose_name_plural = "règlements"
        default_related_name = "payments"
        constraints = [
            models.CheckConstraint(
                name="payments_1_amount_posted",
                condition=Q(amount__gt=0, entry__isnull=False, type__isnull=False) | Q(amount=0, entry=None),
                violation_error_message="Un règlement a une écriture, une compensation de 0,00 n’en a pas.",
            ),
            models.CheckConstraint(
                name="payments_2_payment_replaces_another",
                condition=Q(replaces=None) | ~Q(replaces=F("id")),
                violation_error_message="Un règlement ne se remplace pas lui-même.",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-id"], name="payments_payment_newest"),
            models.Index(fields=["amount", "paid_on"], name="payments_payment_by_amount"),
            # What was cancelled is rare, and counted apart from all else.
            models.Index(
                fields=["client"],
                condition=Q(cancelled_by__isnull=False),
                include=["document"],
                name="payments_payment_cancelled",
            ),
        ]
        triggers = rules.PAYMENT


class Refund(Movement):
    """Money out, of overpayments or credit notes (remboursement)."""

    class Meta:
        verbose_name = "remboursement"
        verbose_name_plural = "remboursements"
        default_related_name = "refunds"
        constraints = [
            models.CheckConstraint(
                name="payments_1_refund_posted",
                condition=Q(amount__gt=0, entry__isnull=False, type__isnull=False),
                violation_error_message="Un remboursement est d’un montant positif.",
            )
        ]
        indexes = [
            models.Index(fields=["client", "-id"], name="payments_refund_newest"),
            models.Index(
                fields=["client"],
                condition=Q(cancelled_by__isnull=False),
                include=["document"],
                name="payments_refund_cancelled",
            ),
        ]
        triggers = rules.REFUND


class Incident(models.Model):
    """A payment that bounced (incident de paiement): its money is owed again, with a fee if any.

    entry: the bank's debit; fee_entry: the fee's, a debit of its own. detached: the allocations that
    the payment had, kept and shown struck through. closed_by: the operation that wrote off what was left of it.
    """

    class Reason(models.TextChoices):
        REJECTED_DEBIT = "rejected_debit", "Rejet de prélèvement"
        UNFUNDED_CHEQUE = "unfunded_cheque", "Chèque sans provision"
        OPPOSITION = "opposition", "Opposition"
        OTHER = "other", "Autre"

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="incidents", verbose_name="règlement")
    document = models.OneToOneField(Document, models.PROTECT, related_name="incident", verbose_name="pièce")
    reason = models.CharField("motif", max_length=16, choices=Reason.choices)
    fee = money_field("frais", default=0)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name="écriture")
    fee_entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="écriture des frais"
    )
    detached = models.ManyToManyField(Allocation, related_name="+", blank=True, verbose_name="imputations détachées")
    cancelled_by = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    closed_by = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="clos par"
    )

    class Meta:
        verbose_name = "incident de paiement"
        verbose_name_plural = "incidents de paiement"
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(cancelled_by=None),
                name="payments_2_one_live_incident",
                violation_error_message="Ce règlement a déjà un incident.",
            )
        ]
        triggers = rules.INCIDENT

    def __str__(self) -> str:
        return self.document.reference


class Attachment(models.Model):
    """A supporting document of a payment or refund (pièce justificative): a PDF, JPEG or PNG file.

    stored: the random name of its file under the uploads, which no web server shows by itself. name: what the user
    called it. sha256: of the file's bytes.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="attachments", verbose_name="pièce")
    name = models.CharField("nom", max_length=120)
    stored = models.CharField("fichier", max_length=80, unique=True)
    media_type = models.CharField("type", max_length=20)
    size = models.PositiveIntegerField("taille")
    sha256 = models.CharField("SHA-256", max_length=64)
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="+", verbose_name="opération")

    class Meta:
        verbose_name = "pièce justificative"
        verbose_name_plural = "pièces justificatives"
        triggers = rules.ATTACHMENT

    def __str__(self) -> str:
        return self.name
