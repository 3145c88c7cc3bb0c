"""The files of the archive that hold the catalogue, and what was changed of it."""

from typing import Any

from invoicing.models import Category, Item, ItemChange, Nature, Tariff
from office.events import lines
from office.exports import Cell
from statements.exporting.files import Column, DataFile, moment, number, one_of, yes_no


def catalogue_files() -> list[DataFile]:
    """Categories, items, their tariffs and changes, joined by the item's code."""
    return [
        DataFile(
            "categories",
            Category.objects.order_by("position", "name", "pk"),
            (Column("Catégorie", "name"), Column("Ordre", "position")),
        ),
        DataFile(
            "articles",
            Item.objects.order_by("pk"),
            (
                Column("Code article", "code"),
                Column("Article", "name"),
                Column("Type", "kind", one_of(Item.Kind.choices)),
                Column("Nature de l’opération", "nature", one_of(Nature.choices)),
                Column("Compte de produit", "account"),
                Column("Catégorie", "category__name"),
                Column("Archivé", "is_archived", yes_no),
            ),
        ),
        DataFile(
            "tarifs",
            Tariff.objects.order_by("item", "search", "valid_from", "pk"),
            (
                Column("Code article", "item__code"),
                Column("Article", "item__name"),
                Column("Nom du tarif", "name"),
                Column("Prix", "price"),
                Column("TTC ou HT", "includes_vat", _basis),
                Column("Taux de TVA", "vat_rate", number),
                Column("Valable du", "valid_from"),
                Column("Jusqu’au", "valid_to"),
            ),
        ),
        DataFile(
            "historique-du-catalogue",
            ItemChange.objects.order_by("item", "version"),
            (
                Column("Code article", "item__code"),
                Column("Version", "version"),
                Column("Le", "at", moment),
                Column("Par", "user__username"),
                Column("Objet", "about"),
                Column("Modifications", "changes", _changes),
            ),
        ),
    ]


def _basis(includes_vat: Any) -> Cell:
    return "TTC" if includes_vat else "HT"


def _changes(changes: Any) -> Cell:
    """What was changed at once, in words."""
    return "\u00a0; ".join(lines({"changes": changes}))
