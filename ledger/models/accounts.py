"""The chart of accounts, the journals, and the client accounts with their kept totals."""

from django.db import models
from django.db.models import F, Q

from ledger import rules
from office.fields import amount_field
from office.models import Site


class GeneralAccount(models.Model):
    """An account of the French chart of accounts (compte général)."""

    code = models.CharField("numéro", max_length=12, primary_key=True)
    label = models.CharField("intitulé", max_length=120)
    is_receivable = models.BooleanField("compte de clients (411)", default=False)

    class Meta:
        verbose_name = "compte général"
        verbose_name_plural = "plan comptable"
        triggers = rules.GENERAL_ACCOUNT

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Journal(models.Model):
    """A journal of entries with a chain of its own; the row keeps the head of the chain.

    A journal with a site serves that site alone, so that two sites never wait for each other.
    """

    class Kind(models.TextChoices):
        SALES = "sales", "Ventes"
        BANK = "bank", "Banque"
        CASH = "cash", "Caisse"
        MISCELLANEOUS = "miscellaneous", "Opérations diverses"
        OPENING = "opening", "À nouveaux"

    code = models.CharField("code", max_length=12, primary_key=True)
    label = models.CharField("intitulé", max_length=120)
    kind = models.CharField("nature", max_length=16, choices=Kind.choices)
    site = models.ForeignKey(Site, models.PROTECT, verbose_name="établissement", null=True, blank=True)
    head_rank = models.BigIntegerField("dernier rang", default=0, editable=False)
    head_hash = models.CharField("dernier scellement", max_length=64, default="", editable=False, blank=True)

    class Meta:
        verbose_name = "journal"
        verbose_name_plural = "journaux"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "site"],
                name="ledger_journal_one_a_kind_and_site",
                nulls_distinct=False,
                violation_error_message="Ce journal existe déjà pour cet établissement.",
            )
        ]
        triggers = rules.JOURNAL

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class ClientAccount(models.Model):
    """A client's account in the ledger (compte client, 411): its currency and the totals kept for it.

    The row that is locked. Totals are written by triggers alone and count everything posted, in the
    account's currency, VAT included. A walk-in account is kept by party (client passager).
    """

    currency = models.CharField("devise", max_length=3, default="EUR")
    walk_in = models.BooleanField("client passager", default=False)
    debit = amount_field("débit", default=0, editable=False)
    credit = amount_field("crédit", default=0, editable=False)
    open_debit = amount_field("débit ouvert", default=0, editable=False)
    open_credit = amount_field("crédit ouvert", default=0, editable=False)
    invoiced = amount_field("facturé", default=0, editable=False)
    collected = amount_field("encaissé", default=0, editable=False)
    to_invoice = amount_field("à facturer", default=0, editable=False)
    first_due = models.DateField("première échéance ouverte", null=True, editable=False)

    class Meta:
        verbose_name = "compte client"
        verbose_name_plural = "comptes clients"
        constraints = [
            models.CheckConstraint(
                name="ledger_7_open_is_the_rest",
                condition=Q(open_debit__gte=0, open_credit__gte=0)
                & Q(open_debit=F("open_credit") + F("debit") - F("credit")),
                violation_error_message="Les totaux du compte client ne se recoupent pas.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["first_due", "id"], condition=Q(first_due__isnull=False), name="ledger_account_first_due"
            ),
            models.Index(fields=["id"], condition=Q(walk_in=True), name="ledger_account_walk_in"),
            # Whether there is one currency, which totals over all needn't look for then.
            models.Index(fields=["currency"], name="ledger_account_currency"),
            # The orders of the list of clients, whose far pages look at nothing else on their way.
            models.Index(fields=["invoiced", "id"], name="ledger_account_invoiced"),
            models.Index(fields=["collected", "id"], name="ledger_account_collected"),
            models.Index(fields=["open_debit", "id"], name="ledger_account_outstanding"),
            models.Index(
                F("open_credit") - F("open_debit"),
                "id",
                include=["open_credit", "open_debit"],
                name="ledger_account_balance",
            ),
        ]
        triggers = rules.CLIENT_ACCOUNT

    def __str__(self) -> str:
        return f"compte {self.pk}"


class Party(models.Model):
    """A passer-by on a walk-in account: nothing of one party settles another's (client passager)."""

    account = models.ForeignKey(ClientAccount, models.PROTECT, related_name="parties", verbose_name="compte")
    name = models.CharField("nom", max_length=120)
    address = models.TextField("adresse", blank=True)

    class Meta:
        verbose_name = "passager"
        verbose_name_plural = "passagers"
        triggers = rules.PARTY

    def __str__(self) -> str:
        return self.name
