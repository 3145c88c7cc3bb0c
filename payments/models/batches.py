"""Credit notes settled by batch."""

from django.db import models
from django.db.models import F, Q

from ledger.models import Operation
from office.models import User
from office.triggers import kept


class SettlingBatch(models.Model):
    """Credit notes that are settled together (solder les avoirs): one operation, done in steps, undone as one.

    credits: the keys of their items, in the order in which they are done; done: how many are by now.
    """

    operation = models.OneToOneField(Operation, models.PROTECT, related_name="+", verbose_name="opération")
    credits = models.JSONField("avoirs", default=list)
    total = models.PositiveIntegerField("à traiter")
    done = models.PositiveIntegerField("traités", default=0)
    undone_by = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )

    class Meta:
        verbose_name = "lot d’avoirs soldés"
        verbose_name_plural = "lots d’avoirs soldés"
        constraints = [
            models.CheckConstraint(
                name="payments_batch_done_within_total",
                condition=Q(done__lte=F("total")),
                violation_error_message="Un lot ne traite pas plus d’avoirs qu’il n’en a.",
            )
        ]
        triggers = [*kept("payments_2_batch")]

    def __str__(self) -> str:
        return f"Lot d’avoirs du {self.operation.day:%d/%m/%Y}"

    @property
    def is_done(self) -> bool:
        """Whether all of it was gone through."""
        return self.done >= self.total

    @property
    def by(self) -> User | None:
        """Who asked for it."""
        return self.operation.user
