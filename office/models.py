"""The business itself: its identity, sites, users, dated settings and the log of what happened."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from office.triggers import inserted_once


class Role(models.TextChoices):
    """What a user may do; each role may do all that the one before it may."""

    FRONT_DESK = "front_desk", "Accueil"
    ACCOUNTANT = "accountant", "Comptable"
    ADMINISTRATOR = "administrator", "Administrateur"

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    def may(self, needed: "Role") -> bool:
        """Whether a user of this role may do what `needed` is required for."""
        return self.rank >= needed.rank


class Site(models.Model):
    """A place where operations happen (station, établissement)."""

    code = models.CharField("code", max_length=12, unique=True)
    name = models.CharField("nom", max_length=120)
    street = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=12, blank=True)
    city = models.CharField("ville", max_length=80, blank=True)
    is_active = models.BooleanField("ouvert", default=True)

    class Meta:
        verbose_name = "établissement"
        verbose_name_plural = "établissements"

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Someone who works with Solde (utilisateur)."""

    role = models.CharField("rôle", max_length=16, choices=Role.choices, default=Role.FRONT_DESK)
    site = models.ForeignKey(Site, models.PROTECT, verbose_name="établissement", null=True, blank=True)

    class Meta:
        verbose_name = "utilisateur"
        verbose_name_plural = "utilisateurs"
        constraints = [
            models.CheckConstraint(
                name="office_user_known_role",
                condition=Q(role__in=Role.values),
                violation_error_message="Ce rôle n’existe pas.",
            )
        ]

    def may(self, needed: Role) -> bool:
        """Whether this user's role covers `needed`."""
        return Role(self.role).may(needed)


class Company(models.Model):
    """The business whose client accounts these are; one row (l’entreprise)."""

    name = models.CharField("raison sociale", max_length=120)
    legal_form = models.CharField("forme juridique et capital", max_length=120, blank=True)
    street = models.CharField("adresse du siège", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=12, blank=True)
    city = models.CharField("ville", max_length=80, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    vat_number = models.CharField("numéro de TVA", max_length=20, blank=True)
    currency = models.CharField("devise", max_length=3, default="EUR")
    prices_include_vat = models.BooleanField("prix saisis TTC", default=True)

    class Meta:
        verbose_name = "entreprise"
        verbose_name_plural = "entreprise"
        constraints = [
            models.CheckConstraint(
                name="office_company_one_row",
                condition=Q(pk=1),
                violation_error_message="L’entreprise existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def identity(self) -> dict[str, str]:
        """What a document prints of the business, as it stands now."""
        names = ("name", "legal_form", "street", "postcode", "city", "phone", "email", "siren", "vat_number")
        return {name: getattr(self, name) for name in names}


class DatedSetting(models.Model):
    """A legal text, rate or choice and the day from which it holds (paramètre daté).

    The value of a day is that of the newest row whose `valid_from` is that day or before.
    """

    name = models.CharField("nom", max_length=80)
    valid_from = models.DateField("en vigueur depuis")
    value = models.JSONField("valeur")

    class Meta:
        verbose_name = "paramètre daté"
        verbose_name_plural = "paramètres datés"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "valid_from"],
                name="office_dated_setting_once_a_day",
                violation_error_message="Ce paramètre a déjà une valeur à cette date.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from:%d/%m/%Y})"


class Event(models.Model):
    """One line of the event log (journal des événements); inserted once."""

    class Kind(models.TextChoices):
        LOGIN = "login", "Connexion"
        IMPORT = "import", "Import"
        VERIFICATION = "verification", "Vérification du grand livre"
        SETTINGS = "settings", "Paramètres"
        LOCK = "lock", "Verrouillage d’une période"

    kind = models.CharField("nature", max_length=20, choices=Kind.choices)
    at = models.DateTimeField("le", db_default=Now())
    user = models.ForeignKey(User, models.PROTECT, verbose_name="utilisateur", null=True, blank=True)
    detail = models.JSONField("détail", default=dict)

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "journal des événements"
        indexes = [models.Index(fields=["-at", "-id"], name="office_event_newest")]
        triggers = inserted_once("office_event_unchanged")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d/%m/%Y %H:%M}"
