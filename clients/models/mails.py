"""The e-mails that go to clients, each with what became of it, and the texts that they are written from."""

from django.db import models
from django.db.models import F, Q

from clients import rules
from clients.letters import LETTERS
from ledger.models import ClientAccount, Document, Operation
from office.models import KeptFile, User

KINDS = [(letter.key, letter.label) for letter in LETTERS.values()]


class MailTemplate(models.Model):
    """What the e-mails of one kind say (modèle d’e-mail), where it isn't what Solde proposes (clients/letters.py)."""

    kind = models.CharField("nature", max_length=16, choices=KINDS, primary_key=True)
    subject = models.CharField("objet", max_length=150)
    body = models.TextField("texte", max_length=5000)

    class Meta:
        verbose_name = "modèle d’e-mail"
        verbose_name_plural = "modèles d’e-mails"

    def __str__(self) -> str:
        return self.get_kind_display()


class Mail(models.Model):
    """One e-mail to one address, as it was written, with its attachments and what became of it (e-mail).

    account, document: whose it is and what it is about, if that is a document. files: what is attached. next_at: when
    it is tried again. told: why it failed, or what isn't sure. settled_by: who said by hand that it has arrived.
    follows: the one that it was sent again in the place of.

    It is SENDING from before it is handed to the server until the server has answered. What was cut off in between is
    UNCERTAIN, and no job ever sends it again. Source: rules, « E-mails ».
    """

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        SENDING = "sending", "En cours d’envoi"
        SENT = "sent", "Envoyé"
        RETRYING = "retrying", "Échec, nouvel essai prévu"
        FAILED = "failed", "Échec"
        UNCERTAIN = "uncertain", "Envoi incertain"

    account = models.ForeignKey(ClientAccount, models.PROTECT, related_name="mails", verbose_name="compte client")
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="mails", verbose_name="pièce"
    )
    kind = models.CharField("nature", max_length=16, choices=KINDS)
    recipient = models.EmailField("destinataire")
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte")
    files = models.ManyToManyField(KeptFile, related_name="mails", verbose_name="pièces jointes")
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="mails", verbose_name="opération")
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name="renvoi de"
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    next_at = models.DateTimeField("prochain essai", null=True, blank=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    told = models.CharField("motif", max_length=400, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="marqué comme envoyé par"
    )

    class Meta:
        verbose_name = "e-mail"
        verbose_name_plural = "e-mails"
        constraints = [
            models.CheckConstraint(
                name="clients_mail_known_state",
                condition=Q(state__in=("waiting", "sending", "sent", "retrying", "failed", "uncertain")),
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                name="clients_mail_subject_one_line",
                condition=Q(subject__regex=r"^[^\r\n]+$"),
                violation_error_message="Un objet tient sur une ligne.",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="clients_mail_of_account"),
            models.Index(
                fields=["state"], condition=Q(state__in=("waiting", "sending", "retrying")), name="clients_mail_going"
            ),
        ]
        triggers = rules.MAIL

    def __str__(self) -> str:
        return f"{self.get_kind_display()} à {self.recipient}"

    @property
    def is_going(self) -> bool:
        """Whether a job has still something to do with it."""
        return self.state in (self.State.WAITING, self.State.SENDING, self.State.RETRYING)

    @property
    def is_lost(self) -> bool:
        """Whether a user has to see to it: it failed for good, or nobody knows whether it has arrived."""
        return self.state in (self.State.FAILED, self.State.UNCERTAIN)


class MailAttempt(models.Model):
    """One time that an e-mail was handed to the server (essai). told: what the server answered, if it refused."""

    mail = models.ForeignKey(Mail, models.PROTECT, related_name="attempts", verbose_name="e-mail")
    rank = models.PositiveSmallIntegerField("rang")
    begun_at = models.DateTimeField("commencé le")
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    told = models.CharField("réponse", max_length=400, blank=True)

    class Meta:
        verbose_name = "essai d’envoi"
        verbose_name_plural = "essais d’envoi"
        constraints = [
            models.UniqueConstraint(
                fields=["mail", "rank"],
                name="clients_mail_attempt_once",
                violation_error_message="Cet essai a déjà eu lieu.",
            ),
            models.CheckConstraint(
                name="clients_mail_attempt_forward",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("begun_at")),
                violation_error_message="Un essai ne finit pas avant de commencer.",
            ),
        ]
        triggers = rules.MAIL_ATTEMPT

    def __str__(self) -> str:
        return f"{self.mail} {self.rank}"
