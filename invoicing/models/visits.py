"""Visits and the spells in which their lines are to invoice."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from clients.models import Client
from invoicing import rules
from invoicing.models.lines import PricedLine
from ledger.models import ClientAccount, Operation, Party
from office.amounts import MAXIMUM
from office.fields import amount_field
from office.models import Site


class Visit(models.Model):
    """What was done for or sold to a client on a day (visite): its basket waits to be invoiced.

    Whether it is invoiced is computed from its lines, never stamped.
    """

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", "Consultation"
        SALE = "sale", "Vente"
        INTERVENTION = "intervention", "Intervention"

    class Progress(models.TextChoices):
        IN_PROGRESS = "in_progress", "En cours"
        FINISHED = "finished", "Terminée"

    client = models.ForeignKey(Client, models.PROTECT, related_name="visits", verbose_name="client")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, verbose_name="passager")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, verbose_name="établissement")
    kind = models.CharField("type", max_length=16, choices=Kind.choices, default=Kind.CONSULTATION)
    day = models.DateField("date")
    progress = models.CharField("avancement", max_length=16, choices=Progress.choices, default=Progress.IN_PROGRESS)
    subject = models.CharField("sujet", max_length=120, blank=True)
    prices_include_vat = models.BooleanField("prix TTC", default=True)
    operation = models.ForeignKey(Operation, models.PROTECT, verbose_name="opération")
    version = models.PositiveIntegerField("version", default=1, db_default=1, editable=False)

    class Meta:
        verbose_name = "visite"
        verbose_name_plural = "visites"
        indexes = [
            models.Index(fields=["client", "-day", "-id"], name="invoicing_visit_newest"),
            models.Index(fields=["-day", "-id"], name="invoicing_visit_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.day:%d/%m/%Y}"


class VisitLine(PricedLine):
    """A line of a visit's basket.

    invoice_line: where it is invoiced or drafted now; empty while it is free. One at most, by being one
    column; what it was invoiced on before stays on the invoices' own lines. is_removed: taken out of the basket,
    kept for its history.
    """

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="lines", verbose_name="visite")
    invoice_line = models.OneToOneField(
        "invoicing.InvoiceLine",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="claimed",
        verbose_name="ligne de facture",
    )
    is_removed = models.BooleanField("retirée", default=False)

    class Meta(PricedLine.Meta):
        verbose_name = "ligne de visite"
        verbose_name_plural = "lignes de visite"


class VisitSpell(models.Model):
    """A time during which a visit line was to invoice, for one amount.

    since: the first day it counts; until: the first day it no longer does, None while it does.
    amount: VAT included, the line's share of what an invoice of the visit would total.
    """

    line = models.ForeignKey(VisitLine, models.PROTECT, related_name="spells", verbose_name="ligne")
    account = models.ForeignKey(ClientAccount, models.PROTECT, db_index=False, verbose_name="compte client")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, verbose_name="passager")
    since = models.DateField("depuis le")
    until = models.DateField("jusqu’au", null=True, blank=True)
    amount = amount_field("montant")

    class Meta:
        verbose_name = "période à facturer"
        verbose_name_plural = "périodes à facturer"
        constraints = [
            models.CheckConstraint(
                name="invoicing_7_spell_forward",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message="Une période ne finit pas avant de commencer.",
            ),
            models.CheckConstraint(
                name="invoicing_7_spell_amount",
                condition=Q(amount__lte=MAXIMUM),  # keeps NaN out, which PostgreSQL holds greater than any number
                violation_error_message="Ce montant est trop grand.",
            ),
            ExclusionConstraint(
                name="invoicing_7_spells_apart",
                expressions=[
                    ("line", RangeOperators.EQUAL),
                    (Func("since", "until", function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Les périodes d’une ligne ne se chevauchent pas.",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "since"], include=["until", "amount"], name="invoicing_spell_by_account"),
            models.Index(
                fields=["account"], include=["line", "amount"], condition=Q(until=None), name="invoicing_spell_live"
            ),
        ]
        triggers = rules.VISIT_SPELL

    def __str__(self) -> str:
        return f"{self.amount} depuis le {self.since:%d/%m/%Y}"
