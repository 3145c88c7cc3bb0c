"""Statements that were made out to clients, one by one or many at once, and the monthly turn of them."""

from calendar import monthrange
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from clients.models import Client, Mail
from ledger.models import Operation
from office.fields import amount_field
from office.models import Site
from office.periods import Period
from statements import rules


class Basis(models.TextChoices):
    """What the amounts of a statement count."""

    TTC = "ttc", "TTC"
    HT = "ht", "HT"


class Asked(models.Model):
    """What is asked of statements that are kept: their period, site and basis. unsettled: only what isn't settled."""

    start = models.DateField("du", null=True, blank=True)
    end = models.DateField("au", null=True, blank=True)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="établissement"
    )
    nowhere = models.BooleanField("sans établissement", default=False)
    basis = models.CharField("montants", max_length=3, choices=Basis.choices, default=Basis.TTC)
    unsettled = models.BooleanField("seulement ce qui n’est pas soldé", default=False)

    class Meta:
        abstract = True

    @property
    def period(self) -> Period:
        """The days that are covered."""
        return Period(self.start, self.end)


class Choice(models.TextChoices):
    """Which clients get a statement."""

    ALL = "all", "Mouvement ou solde"
    BALANCE = "balance", "Solde seulement"
    LATE = "late", "En retard"


class Round(Asked):
    """Statements of many clients made by one operation (lot de relevés), in steps that a job does one by one.

    words: whose name or code is asked for. only: the keys of the clients alone that get one, or None; but: of those
    that get none. mailing: the operation that asked for the e-mails. month: of a monthly turn, its first day.
    listed_at: when the clients were written down; stepped_at: when its last step was done.
    """

    operation = models.OneToOneField(Operation, models.PROTECT, related_name="round", verbose_name="opération")
    about = models.CharField("sélection", max_length=300)
    choice = models.CharField("clients", max_length=8, choices=Choice.choices, default=Choice.ALL)
    words = models.CharField("nom ou code", max_length=120, blank=True)
    only = models.JSONField("seulement", null=True, blank=True)
    but = models.JSONField("sauf", default=list, blank=True)
    mailing = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="envoi demandé par"
    )
    month = models.DateField("mois", null=True, blank=True)
    listed_at = models.DateTimeField("clients relevés le", null=True, blank=True)
    stepped_at = models.DateTimeField("dernière étape", null=True, blank=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "lot de relevés"
        verbose_name_plural = "lots de relevés"
        constraints = [
            models.UniqueConstraint(
                fields=["month"],
                name="statements_round_once_a_month",
                violation_error_message="Les relevés de ce mois sont déjà lancés.",
            )
        ]
        triggers = rules.ROUND

    def __str__(self) -> str:
        return f"Lot de relevés n° {self.pk}"

    @property
    def prints(self) -> str:
        """The subject of its files to print (office/keeping.py)."""
        return f"Lot de relevés {self.pk}"


class Statement(Asked):
    """A statement made out to a client (relevé), kept as it was; one of a round may be left, with the reason.

    round, rank: where it stands in a round, by the client's name. on: the day of its ages. way: how it goes to the
    client. report, debit, credit, final: its figures, which its PDF and its e-mail tell alike; above 0 when the client
    owes. unsent: why it isn't sent. printed_at: when it was last put into a file to print.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending", "À faire"
        MADE = "made", "Fait"
        SKIPPED = "skipped", "Laissé"

    class Way(models.TextChoices):
        EMAIL = "email", "E-mail"
        PAPER = "paper", "Papier"

    client = models.ForeignKey(Client, models.PROTECT, related_name="statements", verbose_name="client")
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="+", verbose_name="opération")
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name="lot"
    )
    rank = models.PositiveIntegerField("rang", null=True, blank=True)
    on = models.DateField("situation au")
    way = models.CharField("envoi", max_length=8, choices=Way.choices, default=Way.PAPER)
    outcome = models.CharField("résultat", max_length=8, choices=Outcome.choices, default=Outcome.PENDING)
    reason = models.CharField("motif", max_length=200, blank=True)
    report = amount_field("report", default=0)
    debit = amount_field("débit", default=0)
    credit = amount_field("crédit", default=0)
    final = amount_field("solde final", default=0)
    currency = models.CharField("devise", max_length=3, default="EUR")
    mail = models.OneToOneField(Mail, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="e-mail")
    unsent = models.CharField("pas envoyé", max_length=200, blank=True)
    printed_at = models.DateTimeField("imprimé le", null=True, blank=True)

    class Meta:
        verbose_name = "relevé"
        verbose_name_plural = "relevés"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "rank"],
                name="statements_statement_once",
                violation_error_message="Ce rang du lot est déjà pris.",
            ),
            models.CheckConstraint(
                name="statements_statement_whole",
                condition=Q(outcome__in=("pending", "made"), reason="") | (Q(outcome="skipped") & ~Q(reason="")),
                violation_error_message="Un relevé est à faire, fait, ou laissé avec son motif.",
            ),
        ]
        triggers = rules.STATEMENT

    def __str__(self) -> str:
        return f"R-{self.pk:06d}"

    @property
    def file_name(self) -> str:
        """What its PDF is called: it bears its own client's code alone."""
        return f"releve-{self.client.code.replace('/', '-')}-{self.on:%Y-%m-%d}.pdf"


class RoundSchedule(models.Model):
    """The monthly turn of statements, of the month before; one row (relevés mensuels).

    day: of the month, its last one in a shorter month. since: the day from which on a turn is due; None while there
    is none.
    """

    day = models.PositiveSmallIntegerField(
        "jour du mois", default=5, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    choice = models.CharField("clients", max_length=8, choices=Choice.choices, default=Choice.BALANCE)
    basis = models.CharField("montants", max_length=3, choices=Basis.choices, default=Basis.TTC)
    sends = models.BooleanField("envoyer les e-mails", default=False)
    since = models.DateField("en vigueur depuis", null=True, blank=True)

    class Meta:
        verbose_name = "relevés mensuels"
        verbose_name_plural = "relevés mensuels"
        constraints = [
            models.CheckConstraint(
                name="statements_schedule_one_row",
                condition=Q(pk=1),
                violation_error_message="Les relevés mensuels ont déjà leurs paramètres.",
            ),
            models.CheckConstraint(
                name="statements_schedule_day",
                condition=Q(day__range=(1, 31)),
                violation_error_message="Un mois a 31 jours au plus.",
            ),
        ]

    def __str__(self) -> str:
        return f"Relevés mensuels, le {self.day}"

    @property
    def is_on(self) -> bool:
        """Whether there is a monthly turn."""
        return self.since is not None

    def due_in(self, month: date) -> date:
        """The day of a month on which its turn is due. month: any day of it."""
        return month.replace(day=min(self.day, monthrange(month.year, month.month)[1]))
