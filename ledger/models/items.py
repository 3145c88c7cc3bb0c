"""What is open on the client accounts: items, their allocations, what is reserved, what is to invoice."""

from django.db import models
from django.db.models import F, Q

from ledger import rules
from ledger.models.accounts import ClientAccount, Party
from ledger.models.control import Operation
from ledger.models.journal import Document, Kind, Line
from office.fields import amount_field


class OpenItem(models.Model):
    """The open amount of one line of a client account (poste ouvert), settled or not.

    Written by triggers alone. allocable_from: the first day that a new allocation of it may bear,
    so that no item is over-allocated on any past day. reserved: the part of a credit that is kept
    for the next invoice (still open).
    """

    line = models.OneToOneField(Line, models.PROTECT, primary_key=True, related_name="item")
    account = models.ForeignKey(
        ClientAccount, models.PROTECT, related_name="items", db_index=False, verbose_name="compte client"
    )
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, verbose_name="passager")
    document = models.ForeignKey(Document, models.PROTECT, related_name="items", verbose_name="pièce")
    kind = models.CharField("nature", max_length=12, choices=Kind.choices)
    is_debit = models.BooleanField("débit")
    day = models.DateField("date comptable")
    due = models.DateField("échéance")
    amount = amount_field("montant")
    open = amount_field("reste")
    reserved = amount_field("réservé", default=0)
    allocable_from = models.DateField("imputable depuis")

    class Meta:
        verbose_name = "poste"
        verbose_name_plural = "postes"
        constraints = [
            models.CheckConstraint(
                name="ledger_3_open_within_amount",
                condition=Q(open__gte=0, open__lte=F("amount")),
                violation_error_message="Le reste d’un poste est entre zéro et son montant.",
            ),
            models.CheckConstraint(
                name="ledger_3_reserved_within_open",
                condition=Q(reserved__gte=0, reserved__lte=F("open")) & (Q(reserved=0) | Q(is_debit=False)),
                violation_error_message="On ne réserve que ce qui reste d’un crédit.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "is_debit", "due"],
                include=["day", "open"],
                condition=Q(open__gt=0),
                name="ledger_item_open",
            ),
            # All items of an account, whose elements are counted without a look at the table.
            models.Index(
                fields=["account", "day"],
                include=["line", "document", "is_debit", "due", "amount", "open", "reserved"],
                name="ledger_item_by_day",
            ),
            models.Index(
                fields=["due", "account"],
                include=["line", "kind", "amount", "open"],
                condition=Q(is_debit=True),
                name="ledger_item_by_due",
            ),
            # What was rescheduled is rare, and asked of every due date.
            models.Index(fields=["line"], condition=Q(kind=Kind.RESCHEDULE), name="ledger_item_moved"),
        ]
        triggers = rules.OPEN_ITEM

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.open} / {self.amount}"


class Allocation(models.Model):
    """An amount of a credit line set against a debit line of the same account (imputation, lettrage).

    day: its own accounting day. Detached once at most (detached_by, detached_on), never deleted.
    document: the payment, set-off or credit note that made it, if one did.
    debit_day, debit_due and credit_day are copies from the items, for figures of past days.
    """

    account = models.ForeignKey(ClientAccount, models.PROTECT, db_index=False, verbose_name="compte client")
    debit = models.ForeignKey(OpenItem, models.PROTECT, related_name="credits", verbose_name="débit")
    credit = models.ForeignKey(OpenItem, models.PROTECT, related_name="debits", verbose_name="crédit")
    amount = amount_field("montant")
    day = models.DateField("date")
    debit_day = models.DateField("date du débit")
    debit_due = models.DateField("échéance du débit")
    credit_day = models.DateField("date du crédit")
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="allocations", null=True, blank=True, verbose_name="par"
    )
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="allocations", verbose_name="opération")
    detached_by = models.ForeignKey(
        Operation, models.PROTECT, related_name="detached", null=True, blank=True, verbose_name="détachée par"
    )
    detached_on = models.DateField("détachée le", null=True, blank=True)

    class Meta:
        verbose_name = "imputation"
        verbose_name_plural = "imputations"
        constraints = [
            models.CheckConstraint(
                name="ledger_3_allocation_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Une imputation est d’un montant positif.",
            ),
            models.CheckConstraint(
                name="ledger_3_detach_whole",
                condition=Q(detached_by=None, detached_on=None)
                | Q(detached_by__isnull=False, detached_on__isnull=False, detached_on__gte=F("day")),
                violation_error_message="Une imputation n’est pas détachée avant d’être faite.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "day"],
                include=["amount", "debit_day", "debit_due", "credit_day"],
                condition=Q(detached_on=None),
                name="ledger_allocation_live",
            ),
            models.Index(
                fields=["account", "detached_on"],
                include=["amount", "day", "debit_due"],
                condition=Q(detached_on__isnull=False),
                name="ledger_allocation_detached",
            ),
        ]
        triggers = rules.ALLOCATION

    def __str__(self) -> str:
        return f"{self.amount} le {self.day:%d/%m/%Y}"


class Reservation(models.Model):
    """Part of a credit kept for the client's next invoice (avoir réservé), until used or taken back."""

    credit = models.ForeignKey(OpenItem, models.PROTECT, related_name="reservations", verbose_name="crédit")
    amount = amount_field("montant")
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="reservations", verbose_name="opération")
    released_by = models.ForeignKey(
        Operation, models.PROTECT, related_name="released", null=True, blank=True, verbose_name="levée par"
    )

    class Meta:
        verbose_name = "réservation"
        verbose_name_plural = "réservations"
        constraints = [
            models.CheckConstraint(
                name="ledger_3_reservation_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Une réservation est d’un montant positif.",
            )
        ]
        triggers = rules.RESERVATION

    def __str__(self) -> str:
        return f"{self.amount} réservés"


class Pending(models.Model):
    """What is to invoice, from a day until another: a view that invoicing supplies (visit spells).

    amount: VAT included. until: the day from which it no longer counts; None while it does.
    source: the visit that it belongs to, by a key that the ledger doesn't know more of.
    """

    id = models.BigIntegerField(primary_key=True)
    account = models.ForeignKey(ClientAccount, models.DO_NOTHING, related_name="pending")
    party = models.ForeignKey(Party, models.DO_NOTHING, null=True)
    amount = amount_field("montant")
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "ledger_pending"

    def __str__(self) -> str:
        return f"{self.amount} depuis le {self.since:%d/%m/%Y}"
