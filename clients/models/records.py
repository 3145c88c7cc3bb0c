"""The client: a person or a company, with an account in the ledger and all that is known of it."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from clients import rules
from clients.terms import AGREED
from ledger.models import ClientAccount
from office.countries import country_choices, country_name
from office.identifiers import check_bic, check_iban, check_siren, check_siret, check_vat_number, grouped
from office.models import RecordedChange, Site
from office.triggers import inserted_once

FRANCE = "FR"
CODE = RegexValidator(r"^[A-Za-z0-9+_./-]+\Z", "Un code est fait de lettres, de chiffres et de + - _ . /.")
CHIP = RegexValidator(r"^[0-9A-Z]{9,15}\Z", "Un numéro de puce a 15 chiffres (9 ou 10 signes pour les anciennes).")
EMAIL_REFUSED = {"invalid": "Écrivez l’adresse comme nom@exemple.fr."}
E_ADDRESS = RegexValidator(r"^[A-Za-z0-9+_./@:-]+\Z", "Une adresse électronique s’écrit sans espace ni accent.")


class Title(models.TextChoices):
    """How a person is addressed (civilité)."""

    MRS = "mrs", "Mme"
    MR = "mr", "M."
    COUPLE = "couple", "M. et Mme"
    DOCTOR = "doctor", "Dr"
    MASTER = "master", "Me"


class VatRegime(models.TextChoices):
    """How what is sold to a client is taxed (régime de TVA)."""

    FRANCE = "france", "TVA française"
    EXEMPT = "exempt", "Exonéré"
    REVERSE_CHARGE = "reverse_charge", "Autoliquidation (Union européenne)"
    EXPORT = "export", "Exportation (hors Union européenne)"


class Channel(models.TextChoices):
    """How a client gets its documents (canal d’envoi)."""

    EMAIL = "email", "E-mail"
    PAPER = "paper", "Papier"
    E_INVOICE = "e_invoice", "Facture électronique"


class Client(models.Model):
    """A customer, a person or a company (client); a walk-in client stands for all passers-by.

    name: the family's or the company's, by which lists are sorted. sort_key and search are folded (no
    accents, no case): the order of lists, and what is searched, a space before each word, contacts and animals
    included (clients/searching.py). street, postcode, city, country: the main address. version: one more at
    each change.
    """

    class Nature(models.TextChoices):
        PERSON = "person", "Particulier"
        COMPANY = "company", "Professionnel"

    code = models.CharField("code", max_length=30, unique=True, validators=[CODE])
    nature = models.CharField("nature", max_length=10, choices=Nature.choices, default=Nature.PERSON)
    title = models.CharField("civilité", max_length=10, choices=Title.choices, blank=True)
    given_name = models.CharField("prénom", max_length=60, blank=True)
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("adresse e-mail", blank=True, error_messages=EMAIL_REFUSED)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    street = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=12, blank=True)
    city = models.CharField("ville", max_length=80, blank=True)
    country = models.CharField("pays", max_length=2, choices=country_choices, default=FRANCE)
    siren = models.CharField("SIREN", max_length=9, blank=True, validators=[check_siren])
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[check_siret])
    vat_number = models.CharField("numéro de TVA", max_length=20, blank=True, validators=[check_vat_number])
    vat_regime = models.CharField("régime de TVA", max_length=16, choices=VatRegime.choices, default=VatRegime.FRANCE)
    vat_exemption = models.CharField("motif de l’exonération", max_length=200, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True, validators=[check_iban])
    bic = models.CharField("BIC", max_length=11, blank=True, validators=[check_bic])
    terms = models.CharField("conditions de règlement", max_length=24, choices=AGREED, blank=True)
    e_address = models.CharField(
        "adresse de facturation électronique", max_length=125, blank=True, validators=[E_ADDRESS]
    )
    channel = models.CharField("envoi des documents", max_length=10, choices=Channel.choices, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, verbose_name="établissement")
    account = models.OneToOneField(ClientAccount, models.PROTECT, editable=False, verbose_name="compte client")
    sort_key = models.CharField(max_length=250, editable=False, db_collation="C")
    search = models.TextField(editable=False)
    is_archived = models.BooleanField("archivé", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "client"
        verbose_name_plural = "clients"
        constraints = [
            models.CheckConstraint(
                name="clients_code_printable",
                condition=Q(code__regex=r"^[A-Za-z0-9+_./-]+$"),
                violation_error_message="Un code est fait de lettres, de chiffres et de + - _ . /.",
            )
        ]
        indexes = [
            # With what a far page of the list looks at on its way, so that it reads no client before its own.
            models.Index(fields=["sort_key", "id"], include=["is_archived", "account"], name="clients_client_sorted"),
            models.Index(fields=["account"], condition=Q(is_archived=True), name="clients_client_archived"),
            models.Index(fields=["siren"], condition=~Q(siren=""), name="clients_client_siren"),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="clients_client_search"),
        ]
        triggers = rules.CLIENT

    def __str__(self) -> str:
        return self.name

    @property
    def is_company(self) -> bool:
        """Whether the client is a professional."""
        return self.nature == self.Nature.COMPANY

    @property
    def full_name(self) -> str:
        """How the client is named in a letter: Mme Claire Delmas."""
        return " ".join(filter(None, (self.get_title_display(), self.given_name, self.name)))

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """Its official numbers, as they are read."""
        known = {
            "SIREN": grouped(self.siren, 3),
            "SIRET": f"{grouped(self.siret[:9], 3)}\u00a0{self.siret[9:]}" if self.siret else "",
            "Numéro de TVA": self.vat_number,
            "IBAN": grouped(self.iban).replace("\u00a0", " "),  # too long for one line
            "BIC": self.bic,
        }
        return [(label, number) for label, number in known.items() if number]

    @property
    def listed_name(self) -> str:
        """How the client stands in a list that is sorted by name: Delmas Claire."""
        return f"{self.name} {self.given_name}".strip()

    @property
    def address_lines(self) -> list[str]:
        """The main address as it stands on an envelope, without the name."""
        return address_lines(self)


class Word(models.Model):
    """A word that clients are searched by, folded: what a typo is compared with. Kept by a trigger (clients/rules.py).

    One that no client bears any more may stay, and one may stand twice: it only leads to finding nothing more.
    """

    word = models.CharField(max_length=40, db_collation="C")

    class Meta:
        verbose_name = "mot recherché"
        verbose_name_plural = "mots recherchés"
        indexes = [
            models.Index(fields=["word"], name="clients_word_first"),
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="clients_word_like"),
        ]

    def __str__(self) -> str:
        return self.word


class Contact(models.Model):
    """Somebody to speak to at a client's (interlocuteur)."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="contacts")
    name = models.CharField("nom", max_length=120)
    function = models.CharField("fonction", max_length=80, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("adresse e-mail", blank=True, error_messages=EMAIL_REFUSED)

    class Meta:
        verbose_name = "contact"
        verbose_name_plural = "contacts"

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.function, self.phone, self.email)))


class Address(models.Model):
    """Another address than the main one: where to send invoices, or where to deliver or come."""

    class Kind(models.TextChoices):
        BILLING = "billing", "Facturation"
        DELIVERY = "delivery", "Livraison"

    client = models.ForeignKey(Client, models.CASCADE, related_name="addresses")
    kind = models.CharField("usage", max_length=10, choices=Kind.choices, default=Kind.BILLING)
    label = models.CharField("intitulé", max_length=120, blank=True)
    street = models.CharField("adresse", max_length=200)
    postcode = models.CharField("code postal", max_length=12, blank=True)
    city = models.CharField("ville", max_length=80)
    country = models.CharField("pays", max_length=2, choices=country_choices, default=FRANCE)

    class Meta:
        verbose_name = "adresse"
        verbose_name_plural = "adresses"

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.get_kind_display(), self.label, *address_lines(self))))

    @property
    def lines(self) -> list[str]:
        """The address as it stands on an envelope, without the label."""
        return address_lines(self)


class Animal(models.Model):
    """An animal of a client. chip: its number (puce), in capitals and digits alone; search: folded, as the client's."""

    class Sex(models.TextChoices):
        MALE = "male", "Mâle"
        NEUTERED = "neutered", "Mâle castré"
        FEMALE = "female", "Femelle"
        SPAYED = "spayed", "Femelle stérilisée"

    client = models.ForeignKey(Client, models.CASCADE, related_name="animals")
    name = models.CharField("nom", max_length=60)
    species = models.CharField("espèce", max_length=40, blank=True)
    breed = models.CharField("race", max_length=60, blank=True)
    sex = models.CharField("sexe", max_length=10, choices=Sex.choices, blank=True)
    born = models.DateField("date de naissance", null=True, blank=True)
    chip = models.CharField("numéro de puce", max_length=15, blank=True, validators=[CHIP])
    note = models.CharField("note", max_length=200, blank=True)
    is_deceased = models.BooleanField("décédé", default=False)
    search = models.TextField(editable=False)

    class Meta:
        verbose_name = "animal"
        verbose_name_plural = "animaux"
        indexes = [GinIndex(OpClass("search", name="gin_trgm_ops"), name="clients_animal_search")]

    def __str__(self) -> str:
        return ", ".join(
            filter(
                None,
                (
                    *(self.name, self.species, self.breed, self.get_sex_display()),
                    f"né le {self.born:%d/%m/%Y}" if self.born else "",
                    f"puce {self.chip}" if self.chip else "",
                    self.note,
                    "décédé" if self.is_deceased else "",
                ),
            )
        )


class Note(models.Model):
    """What the desk should know of a client; an alert also stands on the sheet's head and on each visit."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="notes")
    text = models.TextField("note", max_length=1000)
    is_alert = models.BooleanField("alerte", default=False)

    class Meta:
        verbose_name = "note"
        verbose_name_plural = "notes"
        indexes = [models.Index(fields=["client"], condition=Q(is_alert=True), name="clients_note_alerts")]

    def __str__(self) -> str:
        return f"{self.text} (alerte)" if self.is_alert else self.text


class Change(RecordedChange):
    """What was changed of a client at once, before and after (historique); inserted once."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="history")

    class Meta:
        verbose_name = "modification d’un client"
        verbose_name_plural = "modifications des clients"
        constraints = [
            models.UniqueConstraint(
                fields=["client", "version"],
                name="clients_change_version_once",
                violation_error_message="Cette version est déjà dans l’historique.",
            )
        ]
        triggers = inserted_once("clients_change_unchanged")

    def __str__(self) -> str:
        return f"{self.client} {self.version}"


def address_lines(place: Client | Address) -> list[str]:
    """An address as it stands on an envelope; the country only abroad."""
    abroad = country_name(place.country).upper() if place.country != FRANCE else ""
    return [line for line in (place.street, f"{place.postcode} {place.city}".strip(), abroad) if line]
