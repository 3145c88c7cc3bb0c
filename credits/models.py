"""Credit notes: on an invoice or global, a draft, then validated."""

from django.db import models
from django.db.models import F, Q

from clients.models import Client
from credits import rules
from invoicing.models import Invoice, InvoiceLine, PricedLine
from ledger.models import Document, Operation, Party
from office.fields import money_field
from office.models import Site


class CreditNote(models.Model):
    """A credit note (avoir), on an invoice or global; amounts are positive.

    document: empty while it is a draft. frees_visits: whether the visit lines that it credits whole
    are to invoice again once it is validated. reduces: the invoices that a global one names; else
    contract and period say what it refers to. cancelled_by: the invoice that cancels it.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="credit_notes", verbose_name="client")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, verbose_name="passager")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, verbose_name="établissement")
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="credit_notes", verbose_name="facture"
    )
    reduces = models.ManyToManyField(Invoice, related_name="reduced_by", blank=True, verbose_name="factures réduites")
    contract = models.CharField("contrat", max_length=60, blank=True)
    period_start = models.DateField("période, début", null=True, blank=True)
    period_end = models.DateField("période, fin", null=True, blank=True)
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, related_name="credit_note", verbose_name="pièce"
    )
    day = models.DateField("date", null=True, blank=True)
    prices_include_vat = models.BooleanField("prix TTC", default=True)
    frees_visits = models.BooleanField("dissocier les visites", default=False)
    ht = money_field("total HT", default=0)
    vat = money_field("TVA", default=0)
    ttc = money_field("total TTC", default=0)
    buyer = models.JSONField("client à l’émission", default=dict)
    seller = models.JSONField("entreprise à l’émission", default=dict)
    operation = models.ForeignKey(Operation, models.PROTECT, verbose_name="opération")
    cancelled_by = models.OneToOneField(
        Invoice, models.PROTECT, null=True, blank=True, related_name="cancels", verbose_name="annulé par"
    )
    version = models.PositiveIntegerField("version", default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "avoir"
        verbose_name_plural = "avoirs"
        constraints = [
            models.CheckConstraint(
                name="credits_2_validated_dated",
                condition=Q(document=None) | Q(day__isnull=False),
                violation_error_message="Un avoir validé porte une date.",
            ),
            models.CheckConstraint(
                name="credits_1_totals_tie",
                condition=Q(ttc=F("ht") + F("vat")),
                violation_error_message="Le total TTC est la somme du HT et de la TVA.",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-day", "-id"], name="credits_note_newest"),
            models.Index(fields=["-day", "-id"], name="credits_note_by_day"),
        ]
        triggers = rules.CREDIT_NOTE

    def __str__(self) -> str:
        return self.document.reference if self.document else "Brouillon"


class CreditNoteLine(PricedLine):
    """A line of a credit note, with its own HT and VAT.

    invoice_line: the line it credits, in part or whole. credited_quantity: what it takes of that line's
    quantity, 0 for a mere amount.
    """

    credit_note = models.ForeignKey(CreditNote, models.CASCADE, related_name="lines", verbose_name="avoir")
    invoice_line = models.ForeignKey(
        InvoiceLine, models.PROTECT, null=True, blank=True, related_name="credits", verbose_name="ligne de facture"
    )
    ht = money_field("HT", default=0)
    vat = money_field("TVA", default=0)
    ttc = money_field("TTC", default=0)
    credited_quantity = models.DecimalField("quantité créditée", max_digits=12, decimal_places=4, default=0)

    class Meta(PricedLine.Meta):
        verbose_name = "ligne d’avoir"
        verbose_name_plural = "lignes d’avoir"
        triggers = rules.CREDIT_NOTE_LINE


class CreditNoteTax(models.Model):
    """A credit note's base and VAT at one rate (in percent)."""

    credit_note = models.ForeignKey(CreditNote, models.CASCADE, related_name="taxes", verbose_name="avoir")
    rate = models.DecimalField("taux %", max_digits=5, decimal_places=2)
    ht = money_field("base HT")
    vat = money_field("TVA")

    class Meta:
        verbose_name = "TVA d’avoir"
        verbose_name_plural = "TVA d’avoirs"
        constraints = [
            models.UniqueConstraint(
                fields=["credit_note", "rate"],
                name="credits_1_one_cell_a_rate",
                violation_error_message="Ce taux figure déjà sur l’avoir.",
            )
        ]
        triggers = rules.CREDIT_NOTE_TAX

    def __str__(self) -> str:
        return f"{self.rate} % : {self.vat}"
