"""Many clients invoiced at once: a batch, step by step, and what became of each invoice that it was to make."""

from django.db import models
from django.db.models import Q

from clients.models import Client, Mail
from clients.terms import AGREED
from invoicing import rules
from invoicing.models.invoices import Invoice
from invoicing.models.visits import Visit
from ledger.models import Operation, Party


class Batch(models.Model):
    """Visits of many clients invoiced by one operation (lot de factures), in steps that a job does one by one.

    about: what was chosen, in words. day: of its invoices. terms: of all of them; empty for those of each client.
    stepped_at: when its last step was done.
    """

    operation = models.OneToOneField(Operation, models.PROTECT, related_name="batch", verbose_name="opération")
    about = models.CharField("sélection", max_length=300)
    day = models.DateField("date des factures")
    together = models.BooleanField("une seule facture par client", default=False)
    terms = models.CharField("conditions de règlement", max_length=24, choices=AGREED, blank=True)
    stepped_at = models.DateTimeField("dernière étape", null=True, blank=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "lot de factures"
        verbose_name_plural = "lots de factures"

    def __str__(self) -> str:
        return f"Lot n° {self.pk} du {self.day:%d/%m/%Y}"

    @property
    def prints(self) -> str:
        """The subject of its files to print (office/keeping.py)."""
        return f"Lot de factures {self.pk}"


class BatchItem(models.Model):
    """An invoice that a batch makes, or why it made none (facture d’un lot).

    rank: its place, by the client's name. reason: why there is no invoice. mailing: the operation that asked for it
    to be sent; unsent: why it wasn't. printed_at: when it was last put into a file to print.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending", "À faire"
        MADE = "made", "Faite"
        SKIPPED = "skipped", "Laissée"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="items", verbose_name="lot")
    rank = models.PositiveIntegerField("rang")
    client = models.ForeignKey(Client, models.PROTECT, related_name="+", verbose_name="client")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="passager")
    visits = models.ManyToManyField(Visit, related_name="+", verbose_name="visites")
    outcome = models.CharField("résultat", max_length=8, choices=Outcome.choices, default=Outcome.PENDING)
    reason = models.CharField("motif", max_length=300, blank=True)
    invoice = models.OneToOneField(
        Invoice, models.PROTECT, null=True, blank=True, related_name="batch_item", verbose_name="facture"
    )
    mailing = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="envoi demandé par"
    )
    mail = models.OneToOneField(Mail, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="e-mail")
    unsent = models.CharField("pas envoyée", max_length=200, blank=True)
    printed_at = models.DateTimeField("imprimée le", null=True, blank=True)

    class Meta:
        verbose_name = "facture d’un lot"
        verbose_name_plural = "factures d’un lot"
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "rank"],
                name="invoicing_batch_item_once",
                violation_error_message="Ce rang du lot est déjà pris.",
            ),
            models.CheckConstraint(
                name="invoicing_batch_item_whole",
                condition=Q(outcome="pending", invoice=None, reason="")
                | Q(outcome="made", invoice__isnull=False, reason="")
                | (Q(outcome="skipped", invoice=None) & ~Q(reason="")),
                violation_error_message="Une facture d’un lot est à faire, faite, ou laissée avec son motif.",
            ),
        ]
        triggers = rules.BATCH_ITEM

    def __str__(self) -> str:
        return f"{self.batch}, {self.rank}"
