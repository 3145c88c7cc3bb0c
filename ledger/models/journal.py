"""Documents by their reference, and the sealed double entries that they post.

Each index costs every posting: a foreign key has one only where rows are looked up by it.
"""

from typing import cast

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Now

from ledger import rules
from ledger.models.accounts import ClientAccount, GeneralAccount, Journal, Party
from ledger.models.control import Operation, Series
from office.amounts import MAXIMUM
from office.fields import amount_field
from office.models import Site


class Kind(models.TextChoices):
    """What a line of a client account comes from; a reversal keeps the kind it reverses."""

    INVOICE = "invoice", "Facture"
    CREDIT_NOTE = "credit_note", "Avoir"
    PAYMENT = "payment", "Règlement"
    REFUND = "refund", "Remboursement"
    INCIDENT = "incident", "Incident de paiement"
    FEE = "fee", "Frais"
    OPENING = "opening", "Solde à nouveau"
    WRITE_OFF = "write_off", "Passage en perte"
    RESCHEDULE = "reschedule", "Échelonnement"


class Document(models.Model):
    """A business document by its reference, as the ledger keeps it (pièce); its account is the client's.

    Documents of the house (deposits at the bank, what goes in and out of a till) are no client's, and have none;
    whoever reads documents of clients never meets them.

    day: the accounting day of its first entry. Our own invoices and credit notes bear a series, a
    year and a number; a document taken over from another program keeps its own reference. A set-off
    (règlement de 0,00) is a document without entry.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Facture"
        CREDIT_NOTE = "credit_note", "Avoir"
        PAYMENT = "payment", "Règlement"
        REFUND = "refund", "Remboursement"
        INCIDENT = "incident", "Incident de paiement"
        OPENING = "opening", "Solde à nouveau"
        WRITE_OFF = "write_off", "Passage en perte"
        RESCHEDULE = "reschedule", "Échelonnement"
        DEPOSIT = "deposit", "Remise en banque"
        TILL = "till", "Mouvement de caisse"

    OF_THE_HOUSE = frozenset({Kind.DEPOSIT, Kind.TILL})

    kind = models.CharField("nature", max_length=16, choices=Kind.choices)
    reference = models.CharField("référence", max_length=60)
    account = cast(
        "models.ForeignKey[ClientAccount, ClientAccount]",  # but for documents of the house
        models.ForeignKey(
            ClientAccount,
            models.PROTECT,
            related_name="documents",
            null=True,
            blank=True,
            db_index=False,
            verbose_name="compte client",
        ),
    )
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, verbose_name="passager")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, db_index=False, verbose_name="établissement")
    day = models.DateField("date")
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, db_index=False, verbose_name="série")
    year = models.PositiveSmallIntegerField("exercice", null=True, blank=True)
    number = models.PositiveIntegerField("numéro", null=True, blank=True)
    operation = models.ForeignKey(Operation, models.PROTECT, verbose_name="opération")

    class Meta:
        verbose_name = "pièce"
        verbose_name_plural = "pièces"
        constraints = [
            models.UniqueConstraint(
                fields=["series", "year", "number"],
                name="ledger_4_number_once",
                violation_error_message="Ce numéro est déjà pris.",
            ),
            models.UniqueConstraint(
                fields=["kind", "reference"],
                name="ledger_4_reference_once",
                violation_error_message="Cette référence est déjà prise.",
            ),
            models.CheckConstraint(
                name="ledger_4_number_whole",
                condition=Q(series=None, year=None, number=None)
                | Q(series__isnull=False, year__isnull=False, number__isnull=False, year=F("day__year"), number__gt=0),
                violation_error_message="Un numéro va avec sa série et l’année de sa date.",
            ),
            models.CheckConstraint(
                name="ledger_4_account_of_client",
                condition=Q(account=None, party=None, kind__in=("deposit", "till"))
                | Q(account__isnull=False) & ~Q(kind__in=("deposit", "till")),
                violation_error_message="Une pièce est d’un client, ou de la maison.",
            ),
            models.CheckConstraint(
                name="ledger_4_reference_clean",
                condition=Q(reference__regex=r"^[^|\r\n\t]+$"),
                violation_error_message="La référence contient un caractère interdit.",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "day", "id"], include=["kind"], name="ledger_document_by_account"),
            # Incidents are rare, and every page of a client asks whether there is one.
            models.Index(fields=["account", "id"], condition=Q(kind="incident"), name="ledger_document_incidents"),
            models.Index(
                fields=["day", "site"], condition=Q(kind__in=("payment", "refund")), name="ledger_document_till"
            ),
        ]
        triggers = rules.DOCUMENT

    def __str__(self) -> str:
        return self.reference


class Entry(models.Model):
    """A double-entry journal entry (écriture), inserted once and sealed at commit.

    day: the accounting day. reverses: the entry that this one cancels, if any.
    xact: the transaction that inserted it, so that the commit finds what it has to seal.
    """

    journal = models.ForeignKey(Journal, models.PROTECT, db_index=False, verbose_name="journal")
    document = models.ForeignKey(Document, models.PROTECT, related_name="entries", verbose_name="pièce")
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="entries", verbose_name="opération")
    day = models.DateField("date comptable")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, db_index=False, verbose_name="établissement")
    currency = models.CharField("devise", max_length=3)
    label = models.CharField("libellé", max_length=120)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="contre-passe"
    )
    posted_at = models.DateTimeField("saisie le", db_default=Now())
    xact = models.BigIntegerField(
        db_default=Cast(Cast(Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()),
        editable=False,
    )

    class Meta:
        verbose_name = "écriture"
        verbose_name_plural = "écritures"
        indexes = [
            models.Index(fields=["xact"], name="ledger_entry_xact"),
            models.Index(fields=["day", "site"], name="ledger_entry_by_day"),
        ]
        triggers = rules.ENTRY

    def __str__(self) -> str:
        return f"{self.journal_id} {self.day:%d/%m/%Y} {self.label}"


class Line(models.Model):
    """One line of an entry; on a receivable account it bears its client account, kind and due date."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lines", verbose_name="écriture")
    day = models.DateField("date comptable")
    account = models.ForeignKey(GeneralAccount, models.PROTECT, db_index=False, verbose_name="compte")
    client_account = models.ForeignKey(
        ClientAccount, models.PROTECT, null=True, blank=True, db_index=False, verbose_name="compte client"
    )
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, db_index=False, verbose_name="passager")
    kind = models.CharField("nature", max_length=12, choices=Kind.choices, blank=True)
    due = models.DateField("échéance", null=True, blank=True)
    debit = amount_field("débit", default=0)
    credit = amount_field("crédit", default=0)

    class Meta:
        verbose_name = "ligne d’écriture"
        verbose_name_plural = "lignes d’écriture"
        constraints = [
            models.CheckConstraint(
                name="ledger_1_debit_or_credit",
                # The upper bound keeps NaN out, which PostgreSQL holds greater than any number.
                condition=Q(debit__gt=0, debit__lte=MAXIMUM, credit=0) | Q(debit=0, credit__gt=0, credit__lte=MAXIMUM),
                violation_error_message="Une ligne a un débit ou un crédit positif, jamais les deux.",
            ),
            models.CheckConstraint(
                name="ledger_3_client_line_whole",
                condition=Q(client_account=None, party=None, kind="", due=None)
                | Q(client_account__isnull=False, kind__in=Kind.values, due__isnull=False),
                violation_error_message="Une ligne de client a une nature et une échéance.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["client_account", "day", "entry"],
                include=["kind", "debit", "credit"],
                condition=Q(client_account__isnull=False),
                name="ledger_line_by_client",
            )
        ]
        triggers = rules.LINE

    def __str__(self) -> str:
        return f"{self.account_id} {self.debit - self.credit}"


class Seal(models.Model):
    """An entry's place in its journal's chain (scellement): rank, previous hash, hash.

    hash: SHA-256, in hexadecimal, over the previous hash and the entry's canonical content
    (docs/rules.md, « The chain »).
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="seal")
    journal = models.ForeignKey(Journal, models.PROTECT, db_index=False, verbose_name="journal")
    rank = models.BigIntegerField("rang")
    previous = models.CharField("scellement précédent", max_length=64, blank=True)
    hash = models.CharField("scellement", max_length=64)

    class Meta:
        verbose_name = "scellement"
        verbose_name_plural = "scellements"
        constraints = [
            models.UniqueConstraint(
                fields=["journal", "rank"],
                name="ledger_6_one_entry_a_rank",
                violation_error_message="Ce rang est déjà pris.",
            )
        ]
        triggers = rules.SEAL

    def __str__(self) -> str:
        return f"{self.journal_id} n° {self.rank}"
