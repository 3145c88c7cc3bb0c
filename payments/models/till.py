"""Where money lies before it is at the bank: deposits of cheques and bills, tills and their closings."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from ledger.models import BankAccount, Document, Entry, Operation
from office.fields import amount_field
from office.models import Site
from payments import rules
from payments.models.money import Payment, PaymentType


class Deposit(models.Model):
    """Cheques or bills handed to the bank together (remise en banque): 5112 or 5113 → 512.

    cancelled_by: the operation that undid it before anything of it bounced.
    """

    document = models.OneToOneField(Document, models.PROTECT, related_name="deposit", verbose_name="pièce")
    bank = models.ForeignKey(BankAccount, models.PROTECT, related_name="deposits", verbose_name="compte bancaire")
    type = models.ForeignKey(PaymentType, models.PROTECT, related_name="deposits", verbose_name="type de règlement")
    amount = amount_field("montant")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="deposit", verbose_name="écriture")
    cancelled_by = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )

    class Meta:
        verbose_name = "remise en banque"
        verbose_name_plural = "remises en banque"
        constraints = [
            models.CheckConstraint(
                name="payments_3_deposit_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Une remise est d’un montant positif.",
            )
        ]
        triggers = rules.DEPOSIT

    def __str__(self) -> str:
        return self.document.reference


class Deposited(models.Model):
    """A payment on a deposit; on one that stands at a time. released_by: the operation that undid the deposit."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="lines", verbose_name="remise")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="deposited", verbose_name="règlement")
    released_by = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )

    class Meta:
        verbose_name = "règlement remis"
        verbose_name_plural = "règlements remis"
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(released_by=None),
                name="payments_3_deposited_once",
                violation_error_message="Ce règlement est déjà sur une remise.",
            )
        ]
        triggers = rules.DEPOSITED

    def __str__(self) -> str:
        return f"{self.payment} sur {self.deposit}"


class CardDeposit(models.Model):
    """Card payments that a bank credited together, less its fee (remise carte): 627 against the bank's account.

    amount: what was paid by card in all, less what was given back; fee: what the bank kept of it. The bank transaction
    is linked to the payments and to this, which comes to the fee below 0. cancelled_by: the
    operation that freed the transaction.
    """

    document = models.OneToOneField(Document, models.PROTECT, related_name="card_deposit", verbose_name="pièce")
    bank = models.ForeignKey(BankAccount, models.PROTECT, related_name="card_deposits", verbose_name="compte bancaire")
    amount = amount_field("montant")
    fee = amount_field("commission")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="card_deposit", verbose_name="écriture")
    cancelled_by = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )

    class Meta:
        verbose_name = "remise carte"
        verbose_name_plural = "remises carte"
        constraints = [
            models.CheckConstraint(
                name="payments_6_fee_of_amount",
                condition=Q(fee__gt=0, amount__gt=F("fee")),
                violation_error_message="Une commission est une partie de la remise.",
            )
        ]
        triggers = rules.CARD_DEPOSIT

    def __str__(self) -> str:
        return self.document.reference


class CashMove(models.Model):
    """Cash that goes in or out of a till but for payments: to the bank, to the safe, from it (mouvement de caisse).

    amount: above 0 in, below 0 out.
    """

    class Kind(models.TextChoices):
        TO_BANK = "to_bank", "Versement à la banque"
        OUT = "out", "Sortie de caisse"
        IN = "in", "Entrée de caisse"

    kind = models.CharField("nature", max_length=8, choices=Kind.choices)
    document = models.OneToOneField(Document, models.PROTECT, related_name="cash_move", verbose_name="pièce")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, verbose_name="établissement")
    amount = amount_field("montant")
    bank = models.ForeignKey(BankAccount, models.PROTECT, null=True, blank=True, verbose_name="compte bancaire")
    reason = models.CharField("motif", max_length=200, blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="cash_move", verbose_name="écriture")

    class Meta:
        verbose_name = "mouvement de caisse"
        verbose_name_plural = "mouvements de caisse"
        constraints = [
            models.CheckConstraint(
                name="payments_4_cash_move_direction",
                condition=Q(kind="in", amount__gt=0, bank=None)
                | Q(kind="out", amount__lt=0, bank=None)
                | Q(kind="to_bank", amount__lt=0, bank__isnull=False),
                violation_error_message="Une entrée est positive, une sortie négative.",
            )
        ]
        triggers = rules.CASH_MOVE

    def __str__(self) -> str:
        return self.document.reference


class CashClosing(models.Model):
    """The closing of a site's till through a day, or of its month or year (clôture de caisse); inserted once.

    number: without gap a site and period, whose prefix tells them apart. since, through: the days it covers. opening,
    cash_in, moved: what was in the till, came in by payments less refunds, and went in or out otherwise; expected is
    their sum, counted what was there. total: payments less refunds and incidents of the period, all methods;
    perpetual: of all closings of the site so far. previous, sha256: the chain; hmac: its proof by a key outside the
    database. Source: rules, « Cash closing ».
    """

    class Period(models.TextChoices):
        DAY = "day", "Journalière"
        MONTH = "month", "Mensuelle"
        YEAR = "year", "Annuelle"

    PREFIXES: ClassVar[dict[str, str]] = {Period.DAY: "Z", Period.MONTH: "ZM", Period.YEAR: "ZA"}

    period = models.CharField("période", max_length=8, choices=Period.choices)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, verbose_name="établissement")
    number = models.PositiveIntegerField("numéro")
    since = models.DateField("du")
    through = models.DateField("au")
    opening = amount_field("fond de caisse")
    cash_in = amount_field("espèces reçues")
    moved = amount_field("entrées et sorties")
    expected = amount_field("espèces attendues")
    counted = amount_field("espèces comptées")
    reason = models.CharField("motif de l’écart", max_length=200, blank=True)
    count = models.PositiveIntegerField("nombre d’opérations")
    total = amount_field("total encaissé")
    perpetual = amount_field("total perpétuel")
    methods = models.JSONField("par type de règlement", default=list)
    coins = models.JSONField("pièces et billets", default=dict)
    operation = models.OneToOneField(Operation, models.PROTECT, related_name="closing", verbose_name="opération")
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, blank=True, related_name="closing", verbose_name="écriture de l’écart"
    )
    previous = models.CharField("scellement précédent", max_length=64, blank=True)
    sha256 = models.CharField("scellement", max_length=64, unique=True)
    hmac = models.CharField("preuve", max_length=64)

    class Meta:
        verbose_name = "clôture de caisse"
        verbose_name_plural = "clôtures de caisse"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "site", "number"],
                name="payments_5_closing_number_once",
                nulls_distinct=False,
                violation_error_message="Cette clôture existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["period", "site", "through"],
                name="payments_5_closing_day_once",
                nulls_distinct=False,
                violation_error_message="Ce jour est déjà clôturé.",
            ),
            models.CheckConstraint(
                name="payments_5_closing_adds_up",
                condition=Q(since__lte=F("through"))
                & Q(expected=F("opening") + F("cash_in") + F("moved"))
                & (Q(counted=F("expected")) | ~Q(reason="") | ~Q(period="day")),
                violation_error_message="Une clôture se recoupe, et un écart a un motif.",
            ),
        ]
        indexes = [models.Index(fields=["site", "period", "-through"], name="payments_closing_newest")]
        triggers = rules.CASH_CLOSING

    def __str__(self) -> str:
        return f"{self.PREFIXES[self.period]}-{self.number:05d}"

    @property
    def by_method(self) -> list[dict[str, Any]]:
        """What came in by each type of payment, and what was counted of it: exact amounts again."""
        amounts = ("amount", "counted")
        return [{**one, **{name: Decimal(one[name]) for name in amounts}} for one in self.methods]

    @property
    def difference(self) -> Decimal:
        """What was counted less what was expected."""
        return self.counted - self.expected
