"""Who did what, in which numbers, and up to which day the books are shut."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from ledger import rules
from office.models import Site, User


class Operation(models.Model):
    """One act of a user (opération); every entry, allocation and detach names its own.

    at: the moment; day: the same in the company's time zone, the « today » of the act.
    key and digest: the form's idempotency key and the SHA-256 of its input.
    """

    class Kind(models.TextChoices):
        CLIENT = "client", "Ouverture d’un client"
        VISIT = "visit", "Saisie d’une visite"
        DRAFT = "draft", "Brouillon de facture"
        INVOICE = "invoice", "Émission de factures"
        CANCEL_INVOICE = "cancel_invoice", "Annulation d’une facture"
        CREDIT_DRAFT = "credit_draft", "Brouillon d’avoir"
        CREDIT_NOTE = "credit_note", "Validation d’un avoir"
        CANCEL_CREDIT_NOTE = "cancel_credit_note", "Annulation d’un avoir"
        PAYMENT = "payment", "Règlement"
        EDIT_PAYMENT = "edit_payment", "Modification d’un règlement"
        CANCEL_PAYMENT = "cancel_payment", "Annulation d’un règlement"
        SET_OFF = "set_off", "Compensation"
        REFUND = "refund", "Remboursement"
        CANCEL_REFUND = "cancel_refund", "Annulation d’un remboursement"
        INCIDENT = "incident", "Incident de paiement"
        CANCEL_INCIDENT = "cancel_incident", "Annulation d’un incident"
        CLOSE_INCIDENT = "close_incident", "Incident clos sans règlement"
        WRITE_OFF = "write_off", "Écart de règlement"
        DEPOSIT = "deposit", "Remise en banque"
        CANCEL_DEPOSIT = "cancel_deposit", "Annulation d’une remise"
        CLOSING = "closing", "Clôture de caisse"
        OPENING = "opening", "Solde à nouveau"
        ALLOCATE = "allocate", "Imputation"
        DETACH = "detach", "Désimputation"
        RESERVE = "reserve", "Réservation d’un avoir"
        TAKE_BACK = "take_back", "Levée d’une réservation"
        SETTLE_CREDITS = "settle_credits", "Avoirs soldés par lot"
        UNDO_SETTLING = "undo_settling", "Annulation d’un lot d’avoirs soldés"
        RESCHEDULE = "reschedule", "Échelonnement du reste dû"
        DISPUTE = "dispute", "Mise en litige d’une facture"
        END_DISPUTE = "end_dispute", "Levée d’un litige"
        IMPORT = "import", "Import"
        BANK_LINE = "bank_line", "Saisie d’une opération bancaire"
        BANK_LINK = "bank_link", "Rapprochement bancaire"
        BANK_UNLINK = "bank_unlink", "Rapprochement bancaire défait"
        MAIL = "mail", "Envoi d’un e-mail"
        STATEMENT = "statement", "Relevés de compte"
        REMINDER = "reminder", "Relance"

    kind = models.CharField("nature", max_length=24, choices=Kind.choices)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="utilisateur", null=True, blank=True, db_index=False)
    at = models.DateTimeField("le")
    day = models.DateField("jour")
    reason = models.CharField("motif", max_length=200, blank=True)
    key = models.UUIDField("clé", unique=True, null=True, blank=True)
    digest = models.CharField("empreinte de la saisie", max_length=64, blank=True)
    result_model = models.CharField("nature du résultat", max_length=60, blank=True, editable=False)
    result_id = models.BigIntegerField("résultat", null=True, editable=False)

    sole = False  # whether the service under way is the whole of it, so that its result is the operation's

    class Meta:
        verbose_name = "opération"
        verbose_name_plural = "opérations"
        triggers = rules.OPERATION

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.day:%d/%m/%Y}"

    @property
    def by(self) -> str:
        """Who did it: a name, or Solde itself."""
        return (self.user.get_full_name() or self.user.username) if self.user else "Solde"

    @property
    def result(self) -> Any:
        """The record that the operation led to, or None."""
        if self.result_id is None:
            return None
        return apps.get_model(self.result_model)._default_manager.get(pk=self.result_id)


class PeriodLock(models.Model):
    """The day up to which the books are locked, or a site's payments closed; it only moves forward.

    Posting shares the row, locking and closing take it exclusively. « Sans site » has a till of its own.
    """

    class Scope(models.TextChoices):
        BOOKS = "books", "Comptabilité"
        TILL = "till", "Caisse"

    scope = models.CharField("portée", max_length=8, choices=Scope.choices)
    site = models.ForeignKey(Site, models.PROTECT, verbose_name="établissement", null=True, blank=True)
    through = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "période verrouillée"
        verbose_name_plural = "périodes verrouillées"
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "site"],
                name="ledger_5_one_lock_a_site",
                nulls_distinct=False,
                violation_error_message="Cette caisse a déjà une clôture.",
            ),
            models.CheckConstraint(
                name="ledger_5_books_have_no_site",
                condition=Q(scope="till") | Q(site=None),
                violation_error_message="Le verrou comptable vaut pour tous les établissements.",
            ),
        ]
        triggers = rules.PERIOD_LOCK

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.through or 'ouverte'}"


class Series(models.Model):
    """A series of numbers without gap: one a kind of document, and a site's own where it has one."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Factures"
        CREDIT_NOTE = "credit_note", "Avoirs"

    kind = models.CharField("nature", max_length=16, choices=Kind.choices)
    site = models.ForeignKey(Site, models.PROTECT, verbose_name="établissement", null=True, blank=True)
    prefix = models.CharField("préfixe", max_length=12, unique=True)

    class Meta:
        verbose_name = "série de numéros"
        verbose_name_plural = "séries de numéros"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "site"],
                name="ledger_4_one_series_a_kind",
                nulls_distinct=False,
                violation_error_message="Cette série existe déjà pour cet établissement.",
            ),
            models.CheckConstraint(
                name="ledger_4_prefix_printable",
                condition=Q(prefix__regex=r"^[A-Za-z0-9+_/-]+$"),
                violation_error_message="Un préfixe est fait de lettres, de chiffres et de + - _ /.",
            ),
        ]
        triggers = rules.SERIES

    def __str__(self) -> str:
        return self.prefix

    def reference(self, year: int, number: int) -> str:
        """The number as it is printed: FAC-2026-00042."""
        return f"{self.prefix}-{year}-{number:05d}"
