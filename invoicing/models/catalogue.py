"""The catalogue: what the business does or sells, and for how much."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q

from invoicing import rules
from invoicing.models.lines import Nature
from ledger.models import GeneralAccount
from office.amounts import MAXIMUM, NO_BREAK, format_number, format_quantity
from office.few import FewQuerySet
from office.fields import amount_field
from office.models import RecordedChange
from office.triggers import inserted_once

ITEM_CODE = RegexValidator(r"^[A-Za-z0-9+_./-]+\Z", "Un code est fait de lettres, de chiffres et de + - _ . /.")


class Category(models.Model):
    """A heading of the catalogue (catégorie). position: its place among them; equal ones go by name."""

    name = models.CharField(
        "nom", max_length=80, unique=True, error_messages={"unique": "Une autre catégorie porte déjà ce nom."}
    )
    position = models.PositiveSmallIntegerField("ordre", default=0)

    objects = FewQuerySet.as_manager()

    class Meta:
        verbose_name = "catégorie"
        verbose_name_plural = "catégories"

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """What is done or sold (article); one picks one of its tariffs, never the item itself.

    nature, account: what its lines bear. sort_key and search are folded: the order of lists, and what is
    searched, code and name. version: one more at each change of it or of its tariffs.
    """

    class Kind(models.TextChoices):
        PROCEDURE = "procedure", "Acte"
        PRODUCT = "product", "Produit"
        SERVICE = "service", "Prestation"
        SUBSCRIPTION = "subscription", "Abonnement"
        FEE = "fee", "Frais"

    code = models.CharField("code", max_length=30, unique=True, validators=[ITEM_CODE])
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("type", max_length=16, choices=Kind.choices, default=Kind.PROCEDURE)
    nature = models.CharField("nature de l’opération", max_length=8, choices=Nature.choices, default=Nature.SERVICE)
    account = models.ForeignKey(GeneralAccount, models.PROTECT, verbose_name="compte de produit")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="items", verbose_name="catégorie"
    )
    is_archived = models.BooleanField("archivé", default=False)
    sort_key = models.CharField(max_length=300, editable=False)
    search = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "article"
        verbose_name_plural = "articles"
        constraints = [
            models.CheckConstraint(
                name="invoicing_item_known_kind",
                condition=Q(kind__in=("procedure", "product", "service", "subscription", "fee")),
                violation_error_message="Ce type d’article n’existe pas.",
            ),
            models.CheckConstraint(
                name="invoicing_item_known_nature",
                condition=Q(nature__in=Nature.values),
                violation_error_message="Cette nature d’opération n’existe pas.",
            ),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], name="invoicing_item_by_name")]

    def __str__(self) -> str:
        return self.name


class Tariff(models.Model):
    """A price of an item (tarif), in the company's currency, for the days of its validity.

    name: empty for the usual one, which goes by the item's name. includes_vat: whether the price was typed VAT
    included; it stays so whatever the company's setting becomes. valid_to: its last day; None while it has
    none. search: the folded name; an item has one tariff of a name on a day.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="tariffs", verbose_name="article")
    name = models.CharField("nom du tarif", max_length=80, blank=True)
    price = amount_field("prix")
    includes_vat = models.BooleanField("prix TTC", default=True)
    vat_rate = models.DecimalField("taux de TVA %", max_digits=5, decimal_places=2)
    valid_from = models.DateField("valable du")
    valid_to = models.DateField("jusqu’au", null=True, blank=True)
    search = models.CharField(max_length=160, blank=True, editable=False)

    class Meta:
        verbose_name = "tarif"
        verbose_name_plural = "tarifs"
        constraints = [
            models.CheckConstraint(
                name="invoicing_tariff_price",
                condition=Q(price__gte=0, price__lte=MAXIMUM),  # an upper bound keeps NaN out
                violation_error_message="Un prix ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                name="invoicing_tariff_forward",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="Un tarif ne finit pas avant de commencer.",
            ),
            ExclusionConstraint(
                name="invoicing_tariff_one_a_day",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    ("search", RangeOperators.EQUAL),
                    (
                        Func("valid_from", "valid_to", RangeBoundary(inclusive_upper=True), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Un tarif de ce nom est déjà valable ces jours-là.",
            ),
        ]
        triggers = rules.TARIFF

    def __str__(self) -> str:
        rate = f"TVA {format_quantity(self.vat_rate)}{NO_BREAK}%"
        return f"{self.name or 'Tarif courant'}{NO_BREAK}: {self.amount}, {rate}, {self.validity}"

    @property
    def shown_name(self) -> str:
        """What it is picked by."""
        return self.name or self.item.name

    @property
    def label(self) -> str:
        """What a line of it says."""
        return f"{self.item.name}, {self.name}" if self.name else self.item.name

    @property
    def basis(self) -> str:
        """TTC or HT."""
        return "TTC" if self.includes_vat else "HT"

    @property
    def amount(self) -> str:
        """The price as a history tells it, with TTC or HT."""
        return f"{format_number(self.price)}{NO_BREAK}{self.basis}"

    @property
    def validity(self) -> str:
        """From when to when, in words that stay true as time goes by."""
        if self.valid_to is None:
            return f"à partir du {self.valid_from:%d/%m/%Y}"
        return f"du {self.valid_from:%d/%m/%Y} au {self.valid_to:%d/%m/%Y}"

    def is_valid_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def meets(self, other: "Tariff") -> bool:
        """Whether both hold on some day, whatever they are called."""
        begins = max(self.valid_from, other.valid_from)
        return all(tariff.valid_to is None or begins <= tariff.valid_to for tariff in (self, other))


class ItemChange(RecordedChange):
    """What was changed of an item or its tariffs at once (historique); inserted once."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="history")

    class Meta:
        verbose_name = "modification d’un article"
        verbose_name_plural = "modifications des articles"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "version"],
                name="invoicing_item_change_version_once",
                violation_error_message="Cette version est déjà dans l’historique.",
            )
        ]
        triggers = inserted_once("invoicing_item_change_unchanged")

    def __str__(self) -> str:
        return f"{self.item} {self.version}"
