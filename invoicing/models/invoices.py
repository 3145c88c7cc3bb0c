"""Invoices: a draft, then issued: numbered, posted and never changed again."""

from django.db import models
from django.db.models import F, Q

from clients.models import Client
from clients.terms import Terms
from invoicing import rules
from invoicing.models.lines import PricedLine
from ledger.models import BankAccount, Document, OpenItem, Operation, Party
from office.fields import money_field
from office.models import Site


class Invoice(models.Model):
    """An invoice (facture); its status is computed, never stamped.

    document: empty while it is a draft. ht, vat, ttc: without VAT, VAT, VAT included.
    delivery_day: the day of the operation, that of its last visit. buyer, seller: the parties as they
    were on the day of issue.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="invoices", verbose_name="client")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, verbose_name="passager")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, verbose_name="établissement")
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, related_name="invoice", verbose_name="pièce"
    )
    day = models.DateField("date", null=True, blank=True)
    delivery_day = models.DateField("date de l’opération", null=True, blank=True)
    purchase_order = models.CharField("numéro de commande du client", max_length=60, blank=True)
    terms = models.CharField("conditions de règlement", max_length=24, choices=Terms.choices, default=Terms.RECEIPT)
    prices_include_vat = models.BooleanField("prix TTC", default=True)
    ht = money_field("total HT", default=0)
    vat = money_field("TVA", default=0)
    ttc = money_field("total TTC", default=0)
    buyer = models.JSONField("client à l’émission", default=dict)
    seller = models.JSONField("entreprise à l’émission", default=dict)
    operation = models.ForeignKey(Operation, models.PROTECT, verbose_name="opération")
    version = models.PositiveIntegerField("version", default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "facture"
        verbose_name_plural = "factures"
        constraints = [
            models.CheckConstraint(
                name="invoicing_2_issued_dated",
                condition=Q(document=None) | Q(day__isnull=False),
                violation_error_message="Une facture émise porte une date.",
            ),
            models.CheckConstraint(
                name="invoicing_1_totals_tie",
                condition=Q(ttc=F("ht") + F("vat")),
                violation_error_message="Le total TTC est la somme du HT et de la TVA.",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-day", "-id"], name="invoicing_invoice_newest"),
            models.Index(fields=["-day", "-id"], name="invoicing_invoice_by_day"),
        ]
        triggers = rules.INVOICE

    def __str__(self) -> str:
        return self.document.reference if self.document else "Brouillon"


class InvoiceLine(PricedLine):
    """A line of an invoice with its own HT and VAT; they add up to the invoice's.

    creditable, creditable_quantity: what credit notes have left of it, VAT included; kept by triggers.
    visit_line: the line of a visit that it invoices, if any.
    """

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines", verbose_name="facture")
    visit_line = models.ForeignKey(
        "invoicing.VisitLine",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invoiced_on",
        verbose_name="ligne de visite",
    )
    ht = money_field("HT", default=0)
    vat = money_field("TVA", default=0)
    ttc = money_field("TTC", default=0)
    creditable = models.DecimalField("reste à créditer", max_digits=14, decimal_places=2, default=0, editable=False)
    creditable_quantity = models.DecimalField(
        "quantité à créditer", max_digits=12, decimal_places=4, default=0, editable=False
    )

    class Meta(PricedLine.Meta):
        verbose_name = "ligne de facture"
        verbose_name_plural = "lignes de facture"
        constraints = [
            *PricedLine.Meta.constraints,
            models.CheckConstraint(
                name="invoicing_3_credited_within_line",
                condition=Q(creditable=0)
                | Q(ttc__gt=0, creditable__gt=0, creditable__lte=F("ttc"))
                | Q(ttc__lt=0, creditable__lt=0, creditable__gte=F("ttc")),
                violation_error_message="On ne crédite pas plus que la ligne.",
            ),
            models.CheckConstraint(
                name="invoicing_3_credited_within_quantity",
                condition=Q(creditable_quantity=0)
                | Q(quantity__gt=0, creditable_quantity__gt=0, creditable_quantity__lte=F("quantity"))
                | Q(quantity__lt=0, creditable_quantity__lt=0, creditable_quantity__gte=F("quantity")),
                violation_error_message="On ne crédite pas plus que la quantité de la ligne.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["invoice"],
                include=["ttc", "creditable"],
                condition=~Q(creditable=F("ttc")),
                name="invoicing_line_credited",
            )
        ]
        triggers = rules.INVOICE_LINE


class InvoiceTax(models.Model):
    """An invoice's base and VAT at one rate (in percent)."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="taxes", verbose_name="facture")
    rate = models.DecimalField("taux %", max_digits=5, decimal_places=2)
    ht = money_field("base HT")
    vat = money_field("TVA")

    class Meta:
        verbose_name = "TVA de facture"
        verbose_name_plural = "TVA de factures"
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "rate"],
                name="invoicing_1_one_cell_a_rate",
                violation_error_message="Ce taux figure déjà sur la facture.",
            )
        ]
        triggers = rules.INVOICE_TAX

    def __str__(self) -> str:
        return f"{self.rate} % : {self.vat}"


class Instalment(models.Model):
    """A due date and amount of an invoice (échéance), its line in the ledger and how it is to be collected.

    planned_on, method, bank, reminder, note: what is planned; it may change after issue, as nothing else does.
    method: the code of a type of payment.
    """

    class Reminder(models.TextChoices):
        NONE = "none", "Aucune"
        EMAIL = "email", "E-mail"
        LETTER = "letter", "Courrier"
        PHONE = "phone", "Téléphone"

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="instalments", verbose_name="facture")
    item = models.OneToOneField(OpenItem, models.PROTECT, related_name="instalment", verbose_name="poste")
    rank = models.PositiveSmallIntegerField("rang")
    due = models.DateField("échéance")
    amount = money_field("montant")
    planned_on = models.DateField("règlement prévu le", null=True, blank=True)
    method = models.CharField("type de règlement prévu", max_length=16, blank=True)
    bank = models.ForeignKey(
        BankAccount, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="compte bancaire"
    )
    reminder = models.CharField("mode de relance", max_length=8, choices=Reminder.choices, default=Reminder.NONE)
    note = models.CharField("note", max_length=200, blank=True)

    class Meta:
        verbose_name = "échéance"
        verbose_name_plural = "échéances"
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "rank"],
                name="invoicing_1_one_instalment_a_rank",
                violation_error_message="Ce rang est déjà pris.",
            )
        ]
        triggers = rules.INSTALMENT

    def __str__(self) -> str:
        return f"{self.amount} le {self.due:%d/%m/%Y}"
