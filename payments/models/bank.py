"""What the bank says: lines of its statements, the labels put on them, and which of our records each of them is."""

from django.db import models
from django.db.models import F, Q

from clients.models import Client
from ledger.models import BankAccount, Document, Operation
from office.fields import amount_field
from payments import rules


class BankLabel(models.Model):
    """A word put on bank transactions, with a colour (label); that of a client says whose money it is.

    name: for a client's own label, as it was when it was made.
    """

    class Tone(models.TextChoices):
        NEUTRAL = "neutral", "Gris"
        ACCENT = "accent", "Bleu"
        CREDIT = "credit", "Vert"
        LATE = "late", "Orange"
        OWED = "owed", "Rouge"

    name = models.CharField(
        "nom", max_length=120, unique=True, error_messages={"unique": "Un autre label porte déjà ce nom."}
    )
    tone = models.CharField("couleur", max_length=10, choices=Tone.choices, default=Tone.NEUTRAL)
    client = models.OneToOneField(
        Client, models.PROTECT, null=True, blank=True, related_name="label", verbose_name="client"
    )

    class Meta:
        verbose_name = "label"
        verbose_name_plural = "labels"

    def __str__(self) -> str:
        return self.name


class BankImport(models.Model):
    """A file of the bank that was taken over (relevé importé). sha256: of its bytes."""

    kind = models.CharField("format", max_length=20)
    name = models.CharField("fichier", max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64)
    added = models.PositiveIntegerField("opérations ajoutées")
    known = models.PositiveIntegerField("opérations déjà connues")
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="+", verbose_name="opération")

    class Meta:
        verbose_name = "relevé importé"
        verbose_name_plural = "relevés importés"
        triggers = rules.BANK_IMPORT

    def __str__(self) -> str:
        return self.name


class BankTransaction(models.Model):
    """Money that moved on one of the business's accounts, as its bank tells it (opération bancaire).

    amount: above 0 if it came in. identity: SHA-256 of what tells it from others (payments/banking/identity.py);
    rank: which of those with the same identity it is, from 1: true twins. source: the file it came with; None for one
    typed by hand. Its facts never change.
    """

    bank = models.ForeignKey(BankAccount, models.PROTECT, related_name="transactions", verbose_name="compte bancaire")
    day = models.DateField("date")
    value_day = models.DateField("date de valeur")
    amount = amount_field("montant")
    currency = models.CharField("devise", max_length=3, default="EUR")
    label = models.CharField("libellé", max_length=140)
    detail = models.CharField("complément", max_length=500, blank=True)
    party = models.CharField("tiers", max_length=140, blank=True)
    party_iban = models.CharField("IBAN du tiers", max_length=34, blank=True)
    reference = models.CharField("référence", max_length=80, blank=True)
    identity = models.CharField(max_length=64, editable=False)
    rank = models.PositiveSmallIntegerField("rang", default=1, editable=False)
    source = models.ForeignKey(
        BankImport, models.PROTECT, null=True, blank=True, related_name="transactions", verbose_name="relevé importé"
    )
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="+", verbose_name="opération")
    labels = models.ManyToManyField(BankLabel, blank=True, related_name="transactions", verbose_name="labels")

    class Meta:
        verbose_name = "opération bancaire"
        verbose_name_plural = "opérations bancaires"
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "identity", "rank"],
                name="payments_bank_line_once",
                violation_error_message="Cette opération est déjà enregistrée.",
            ),
            models.CheckConstraint(
                name="payments_bank_line_moves",
                condition=~Q(amount=0) & Q(rank__gte=1),
                violation_error_message="Une opération bancaire a un montant.",
            ),
        ]
        indexes = [
            models.Index(fields=["-day", "-id"], name="payments_bank_newest"),
            models.Index(fields=["party_iban"], condition=~Q(party_iban=""), name="payments_bank_party"),
        ]
        triggers = rules.BANK_TRANSACTION

    def __str__(self) -> str:
        return f"{self.label} du {self.day:%d/%m/%Y}"

    @property
    def said(self) -> str:
        """All that the bank says of it, in which a client or a document may be named."""
        return " ".join(filter(None, (self.label, self.detail, self.party, self.reference)))


class BankLink(models.Model):
    """That a bank transaction is the money of a payment, refund or incident (rapprochement).

    A transaction is linked once at a time, to one document or to several that come to its amount: the payments of a
    slip, the card payments of a day and what the bank kept of them. amount: the document's, a refund, incident or fee
    below 0. makes: whether the link made the document, so that undoing it undoes that too. undone_by: the operation
    that freed the transaction.
    """

    transaction = models.ForeignKey(
        BankTransaction, models.PROTECT, related_name="links", verbose_name="opération bancaire"
    )
    document = models.ForeignKey(Document, models.PROTECT, related_name="bank_links", verbose_name="pièce")
    amount = amount_field("montant")
    makes = models.BooleanField("a créé la pièce", default=False)
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="+", verbose_name="opération")
    undone_by = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="délié par"
    )

    class Meta:
        verbose_name = "rapprochement"
        verbose_name_plural = "rapprochements"
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(undone_by=None),
                name="payments_link_document_once",
                violation_error_message="Cette pièce est déjà reliée à une opération bancaire.",
            ),
            models.CheckConstraint(
                name="payments_link_undone_later",
                condition=Q(undone_by=None) | ~Q(undone_by=F("operation")),
                violation_error_message="Un rapprochement n’est pas défait par ce qui le fait.",
            ),
        ]
        triggers = rules.BANK_LINK

    def __str__(self) -> str:
        return f"{self.transaction_id} – {self.document_id}"


class BankColumns(models.Model):
    """What the columns of a bank's CSV file say, kept by its headings, so that it is asked only once.

    headings: as `payments.banking.csv_file` folds them. places: by the name of what is read, the rank of its column.
    """

    headings = models.TextField("en-têtes", unique=True)
    places = models.JSONField("colonnes", default=dict)
    order = models.CharField("ordre des dates", max_length=12, default="DAY_FIRST")

    class Meta:
        verbose_name = "colonnes d’un relevé"
        verbose_name_plural = "colonnes de relevés"

    def __str__(self) -> str:
        return self.headings[:60]
