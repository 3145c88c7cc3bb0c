"""Reminders of what is late: what was asked for, of whom, how, and up to which level."""

from django.db import models

from clients.models import Client, Mail
from ledger.models import OpenItem, Operation
from office.fields import amount_field
from statements import rules


class Reminder(models.Model):
    """A letter or an e-mail that reminds a client of what is late (relance), noted on each row that it names.

    level: how firm it is. total: what it asks for, in the account's currency. buyer, seller: who it is made out to and
    by whom, as they stood; mentions: the legal texts of its day, which its letter prints. recipient: of one that goes
    by e-mail; mail: that e-mail, once the letter that it carries is made.
    """

    class Level(models.IntegerChoices):
        REMINDER = 1, "Rappel"
        SECOND = 2, "Relance"
        NOTICE = 3, "Mise en demeure"

    class Way(models.TextChoices):
        EMAIL = "email", "E-mail"
        LETTER = "letter", "Courrier"

    client = models.ForeignKey(Client, models.PROTECT, related_name="reminders", verbose_name="client")
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="reminders", verbose_name="opération")
    level = models.PositiveSmallIntegerField("niveau", choices=Level.choices)
    way = models.CharField("mode", max_length=8, choices=Way.choices)
    day = models.DateField("date")
    total = amount_field("réclamé")
    currency = models.CharField("devise", max_length=3)
    buyer = models.JSONField("destinataire")
    seller = models.JSONField("expéditeur")
    mentions = models.JSONField("mentions", default=list)
    recipient = models.EmailField("adresse e-mail", max_length=254, blank=True)
    mail = models.OneToOneField(
        Mail, models.PROTECT, null=True, blank=True, related_name="reminder", verbose_name="e-mail"
    )

    class Meta:
        verbose_name = "relance"
        verbose_name_plural = "relances"
        indexes = [models.Index(fields=["client", "-id"], name="statements_reminder_of_client")]
        triggers = rules.REMINDER

    def __str__(self) -> str:
        return f"{self.get_level_display()} du {self.day:%d/%m/%Y}"


class Reminded(models.Model):
    """A row of the échéancier that a reminder names. left: what was late of it then, VAT included."""

    reminder = models.ForeignKey(Reminder, models.PROTECT, related_name="rows", verbose_name="relance")
    item = models.ForeignKey(OpenItem, models.PROTECT, related_name="reminded", verbose_name="poste")
    left = amount_field("reste dû")

    class Meta:
        verbose_name = "échéance relancée"
        verbose_name_plural = "échéances relancées"
        constraints = [
            models.UniqueConstraint(
                fields=["reminder", "item"],
                name="statements_reminded_once",
                violation_error_message="Cette échéance est déjà dans la relance.",
            )
        ]
        triggers = rules.REMINDED

    def __str__(self) -> str:
        return f"{self.item}, {self.reminder}"
