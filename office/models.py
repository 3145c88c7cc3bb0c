"""The business itself: its identity, sites, users, settings and the log of what happened."""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Now

from office.few import FewQuerySet
from office.identifiers import check_siren, check_siret, check_vat_number
from office.triggers import inserted_once, kept, refuse

IDLE_MINUTES = (15, 24 * 60)  # the shortest and the longest time after which a session may end
CODE = RegexValidator(r"^[A-Z0-9]+\Z", "Un code est fait de capitales sans accent et de chiffres.")


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

    code = models.CharField(
        "code",
        max_length=12,
        unique=True,
        validators=[CODE],
        error_messages={"unique": "Un autre établissement porte déjà ce code."},
    )
    name = models.CharField("nom", max_length=120)
    street = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=12, blank=True)
    city = models.CharField("ville", max_length=80, blank=True)
    is_active = models.BooleanField("ouvert", default=True)

    objects = FewQuerySet.as_manager()

    class Meta:
        verbose_name = "établissement"
        verbose_name_plural = "établissements"

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where it is, on one line."""
        return " ".join(part for part in (self.street, self.postcode, self.city) if part)


class UserManager(DjangoUserManager["User"]):
    """Makes users; the first of an installation, made by `manage.py createsuperuser`, is its administrator."""

    use_in_migrations = False

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        return super().create_superuser(username, email, password, **{"role": Role.ADMINISTRATOR, **fields})


class User(AbstractUser):
    """Someone who works with Solde (utilisateur).

    must_change_password: the password was given by an administrator; no page opens before it is changed.
    """

    objects: ClassVar[UserManager] = UserManager()

    role = models.CharField("rôle", max_length=16, choices=Role.choices, default=Role.FRONT_DESK)
    site = models.ForeignKey(Site, models.PROTECT, verbose_name="établissement", null=True, blank=True)
    must_change_password = models.BooleanField("mot de passe à changer", default=False)

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
    """The business whose client accounts these are, and the settings that hold for all its users; one row.

    vat_scheme, vat_on_debits: whether it bills VAT, and whether that is due once invoiced rather than once paid.
    logo: its name in the uploads. shows_…: which balances a client's sheet shows; the available credit is
    always shown. idle_minutes: a session that stays unused for so long ends.
    """

    class VatScheme(models.TextChoices):
        NORMAL = "normal", "La TVA est facturée"
        FRANCHISE = "franchise", "Franchise en base\u00a0: aucune TVA n’est facturée"

    name = models.CharField("raison sociale", max_length=120)
    sole_trader = models.BooleanField("entrepreneur individuel (EI)", default=False)
    legal_form = models.CharField("forme juridique et capital", max_length=120, blank=True)
    street = models.CharField("adresse du siège", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=12, blank=True)
    city = models.CharField("ville", max_length=80, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True, validators=[check_siren])
    siret = models.CharField("SIRET du siège", max_length=14, blank=True, validators=[check_siret])
    rcs_city = models.CharField("ville d’immatriculation au RCS", max_length=80, blank=True)
    vat_number = models.CharField("numéro de TVA", max_length=20, blank=True, validators=[check_vat_number])
    vat_scheme = models.CharField("régime de TVA", max_length=10, choices=VatScheme.choices, default=VatScheme.NORMAL)
    vat_on_debits = models.BooleanField("TVA d’après les débits", default=False)
    currency = models.CharField("devise", max_length=3, default="EUR")
    prices_include_vat = models.BooleanField("prix saisis TTC", default=True)
    logo = models.CharField("logo", max_length=60, blank=True, editable=False)
    shows_balance = models.BooleanField("solde client", default=True)
    shows_unpaid = models.BooleanField("montant d’impayés", default=True)
    shows_to_invoice = models.BooleanField("montant à facturer", default=True)
    idle_minutes = models.PositiveSmallIntegerField(
        "fin de session sans activité",
        default=8 * 60,
        validators=[MinValueValidator(IDLE_MINUTES[0]), MaxValueValidator(IDLE_MINUTES[1])],
    )

    class Meta:
        verbose_name = "entreprise"
        verbose_name_plural = "entreprise"
        constraints = [
            models.CheckConstraint(
                name="office_company_one_row",
                condition=Q(pk=1),
                violation_error_message="L’entreprise existe déjà.",
            ),
            models.CheckConstraint(
                name="office_company_vat_scheme",
                condition=Q(vat_scheme__in=("normal", "franchise")),
                violation_error_message="Ce régime de TVA n’existe pas.",
            ),
            models.CheckConstraint(
                name="office_company_idle_minutes",
                condition=Q(idle_minutes__range=IDLE_MINUTES),
                violation_error_message="Une session se termine après un quart d’heure à 24 heures sans activité.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def identity(self) -> dict[str, Any]:
        """What a document prints of the business, as it stands now."""
        return {name: getattr(self, name) for name in PRINTED}


PRINTED = (
    *("name", "sole_trader", "legal_form", "street", "postcode", "city", "phone", "email"),
    *("siren", "siret", "rcs_city", "vat_number", "vat_scheme", "vat_on_debits", "logo"),
)


class MailServer(models.Model):
    """Who sends Solde's e-mails, and through which server; one row (compte d’envoi).

    password: encrypted (office/cipher.py), never shown again.
    """

    class Security(models.TextChoices):
        STARTTLS = "starttls", "STARTTLS"
        TLS = "tls", "TLS"
        NONE = "none", "Aucune (réseau fermé)"

    sender_name = models.CharField(
        "nom de l’expéditeur",
        max_length=80,
        blank=True,
        validators=[RegexValidator(r"^[^\r\n]*\Z", "Un nom tient sur une ligne.")],
    )
    sender_address = models.EmailField("adresse de l’expéditeur")
    host = models.CharField(
        "serveur SMTP",
        max_length=200,
        validators=[RegexValidator(r"^[A-Za-z0-9._:-]+\Z", "Écrivez le nom du serveur, comme smtp.exemple.fr.")],
    )
    port = models.PositiveIntegerField("port", default=587, validators=[MinValueValidator(1), MaxValueValidator(65535)])
    security = models.CharField("sécurité", max_length=8, choices=Security.choices, default=Security.STARTTLS)
    username = models.CharField("identifiant", max_length=200, blank=True)
    password = models.TextField("mot de passe", blank=True, editable=False)

    class Meta:
        verbose_name = "compte d’envoi"
        verbose_name_plural = "compte d’envoi"
        constraints = [
            models.CheckConstraint(
                name="office_mail_server_one_row",
                condition=Q(pk=1),
                violation_error_message="Le compte d’envoi existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return self.host


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
        START = "start", "Démarrage"
        LOGIN = "login", "Connexion"
        LOGIN_FAILED = "login_failed", "Connexion refusée"
        LOGOUT = "logout", "Déconnexion"
        USER = "user", "Utilisateurs et droits"
        SETTINGS = "settings", "Paramètres"
        LOCK = "lock", "Verrouillage d’une période"
        IMPORT = "import", "Import"
        EXPORT = "export", "Export des données"
        VERIFICATION = "verification", "Vérification du grand livre"
        PRINT = "print", "Impression d’une pièce"
        CLOSING = "closing", "Clôture de caisse"

    kind = models.CharField("nature", max_length=20, choices=Kind.choices)
    at = models.DateTimeField("le", db_default=Now())
    user = models.ForeignKey(User, models.PROTECT, verbose_name="utilisateur", null=True, blank=True)
    detail = models.JSONField("détail", default=dict)

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "journal des événements"
        indexes = [
            models.Index(fields=["-at", "-id"], name="office_event_newest"),
            models.Index(KeyTextTransform("pièce", "detail"), name="office_event_print", condition=Q(kind="print")),
        ]
        triggers = inserted_once("office_event_unchanged")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d/%m/%Y %H:%M}"


class EventSeal(models.Model):
    """An event's place in the log's chain (scellement); inserted once, by the job that seals.

    sha256: of the one before it and of what the event says; hmac: its proof by a key outside the database.
    Source: rules, « The event log ».
    """

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="seal", verbose_name="événement")
    rank = models.BigIntegerField("rang", unique=True)
    previous = models.CharField("scellement précédent", max_length=64, blank=True)
    sha256 = models.CharField("scellement", max_length=64)
    hmac = models.CharField("preuve", max_length=64)

    class Meta:
        verbose_name = "scellement d’événement"
        verbose_name_plural = "scellements d’événements"
        triggers = inserted_once("office_event_seal_unchanged")

    def __str__(self) -> str:
        return f"n° {self.rank}"


class EventChain(models.Model):
    """Where the log's chain ends; one row, which the job that seals locks.

    through: the key up to which every event that will ever be is sealed. reached, reached_by: the last key when the
    job came by, and the transaction before which it had been written: once those before it have ended, through moves
    there. hmac: the proof of it all.
    """

    rank = models.BigIntegerField("rang", default=0)
    sha256 = models.CharField("scellement", max_length=64, blank=True)
    through = models.BigIntegerField("jusqu’à", default=0)
    reached = models.BigIntegerField("atteint", default=0)
    reached_by = models.BigIntegerField("transaction", default=0)
    hmac = models.CharField("preuve", max_length=64, blank=True)

    class Meta:
        verbose_name = "fin du journal"
        verbose_name_plural = "fin du journal"
        constraints = [
            models.CheckConstraint(
                name="office_event_chain_one_row",
                condition=Q(pk=1),
                violation_error_message="Le journal n’a qu’une fin.",
            )
        ]
        triggers = [
            refuse(
                "office_event_chain_forward",
                pgtrigger.Update,
                "the end of the log only moves forward",
                condition=pgtrigger.Condition("NEW.rank < OLD.rank OR NEW.through < OLD.through"),
            ),
            *kept("office_event_chain"),
        ]

    def __str__(self) -> str:
        return f"n° {self.rank}"


class RecordedChange(models.Model):
    """What was changed of a record at once, before and after: a line of its history; inserted once.

    version: the record's once it was changed. about: what was done, in a word; changes: as `office.events.changes`
    gives them. A history names its record and its rules.
    """

    version = models.PositiveIntegerField()
    at = models.DateTimeField("le", db_default=Now())
    user = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="utilisateur")
    about = models.CharField("action", max_length=80)
    changes = models.JSONField("changements", default=list)

    class Meta:
        abstract = True

    @property
    def by(self) -> str:
        """Who did it."""
        return (self.user.get_full_name() or self.user.username) if self.user else ""

    @property
    def said(self) -> list[dict[str, str]]:
        """The changes, value by value; what was done, where there are none."""
        return self.changes or [{"field": self.about, "before": "", "after": ""}]


class Export(models.Model):
    """Data that a user asked for as one file: made by a job, kept some days, then forgotten (export).

    title: what a user reads of it, where its subject isn't that. name: drawn at random, of the file in the uploads and
    in its address. done, total: the rows written and those there are, 0 until the job has counted them. size, sha256:
    of the file, once it is there.
    """

    subject = models.CharField("contenu", max_length=40)
    title = models.CharField("titre", max_length=200, blank=True)
    name = models.CharField(max_length=32, unique=True, editable=False)
    asked_by = models.ForeignKey(User, models.PROTECT, verbose_name="demandé par")
    asked_at = models.DateTimeField("demandé le")
    begun_at = models.DateTimeField("commencé le", null=True)
    ended_at = models.DateTimeField("terminé le", null=True)
    done = models.PositiveBigIntegerField("lignes écrites", default=0)
    total = models.PositiveBigIntegerField("lignes", default=0)
    size = models.PositiveBigIntegerField("taille", default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)

    class Meta:
        verbose_name = "export"
        verbose_name_plural = "exports"
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(ended_at=None),
                name="office_export_one_under_way",
                violation_error_message="Cet export est déjà en préparation.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} du {self.asked_at:%d/%m/%Y}"

    @property
    def path(self) -> str:
        """Where its file stands among the uploads."""
        return f"exports/{self.name}"

    @property
    def is_ready(self) -> bool:
        """Whether the file is there."""
        return bool(self.sha256)


class KeptFile(models.Model):
    """A file of a document as it was first made, kept for good (pièce conservée).

    subject, key: what it is of, and that record's key. prints: how often it was handed out. In a table rather than a
    folder: one backup holds it, no other program can change it, and any number of web machines serve it.
    """

    subject = models.CharField("nature", max_length=20)
    key = models.PositiveBigIntegerField("clé")
    name = models.CharField("nom", max_length=80)
    content = models.BinaryField("contenu")
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField("faite le")
    prints = models.PositiveIntegerField("exemplaires", default=0)

    class Meta:
        verbose_name = "pièce conservée"
        verbose_name_plural = "pièces conservées"
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "key"],
                name="office_kept_file_once",
                violation_error_message="Cette pièce est déjà conservée.",
            ),
            models.CheckConstraint(
                name="office_kept_file_digest",
                condition=Q(sha256=Func(Func(F("content"), function="sha256"), Value("hex"), function="encode")),
                violation_error_message="L’empreinte n’est pas celle du contenu.",
            ),
        ]
        triggers = [
            refuse(
                "office_kept_file_unchanged",
                pgtrigger.Update,
                "a kept file never changes, and its prints are only counted up",
                condition=pgtrigger.Condition(
                    "to_jsonb(OLD) - 'prints' <> to_jsonb(NEW) - 'prints' OR NEW.prints < OLD.prints"
                ),
            ),
            *kept("office_kept_file"),
        ]

    def __str__(self) -> str:
        return self.name
