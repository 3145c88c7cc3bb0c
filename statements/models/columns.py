"""What users chose to see of reports."""

from django.db import models

from office.models import User


class HiddenColumns(models.Model):
    """The columns of a report that a user doesn't want to see. names: as its table calls them."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="utilisateur")
    report = models.CharField("état", max_length=40)
    names = models.JSONField("colonnes masquées", default=list)

    class Meta:
        verbose_name = "colonnes masquées"
        verbose_name_plural = "colonnes masquées"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "report"],
                name="statements_one_choice_a_report",
                violation_error_message="Ce choix est déjà enregistré.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.report}"
