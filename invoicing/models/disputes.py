"""Invoices that a client disputes."""

from django.db import models
from django.db.models import Q

from invoicing import rules
from invoicing.models.invoices import Invoice
from ledger.models import Operation


class Dispute(models.Model):
    """That an invoice is disputed (en litige), and why, until that is lifted; batches and reminders leave it alone.

    A row beside the invoice, which itself never changes; lifted once at most, never deleted.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="disputes", verbose_name="facture")
    reason = models.CharField("motif", max_length=200)
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="+", verbose_name="opération")
    ended_by = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="levé par"
    )

    class Meta:
        verbose_name = "litige"
        verbose_name_plural = "litiges"
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(ended_by=None),
                name="invoicing_2_one_live_dispute",
                violation_error_message="Cette facture est déjà en litige.",
            )
        ]
        triggers = rules.DISPUTE

    def __str__(self) -> str:
        return self.reason
