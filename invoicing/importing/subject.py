"""What the catalogue is as the subject of a file: checked against what is there, and put there."""

from collections.abc import Collection, Iterator, Mapping

from invoicing.importing.columns import CATALOGUE_COLUMNS, PRICES
from invoicing.importing.items import Told, read_items
from invoicing.queries import items_by_code, items_by_name
from invoicing.services import NewItem, categories_named, create_items
from ledger.importing import BookedSubject
from ledger.models import Operation
from office.amounts import quoted
from office.folding import fold
from office.grids import Fault
from office.importing.subjects import DayAsked, Lines, counted

IMPORTED = "Article importé"


class CatalogueFiles(BookedSubject[list[Told]]):
    """Items with their tariffs; several lines of one item are several tariffs of it."""

    name = "catalogue"
    label = "Catalogue, avec ses catégories et ses tarifs"
    note = (
        "Au catalogue, plusieurs lignes d’un même code, ou à défaut d’un même nom, sont plusieurs tarifs d’un article."
    )
    group = "Article"
    columns = CATALOGUE_COLUMNS
    needed = ("name",)
    dates = ("valid_from", "valid_to")
    day = DayAsked("Tarifs valables à partir du", "Pour les lignes qui ne disent pas depuis quand leur tarif vaut.")
    then = "item_list"

    def refusals(self, chosen: Collection[str]) -> Iterator[str]:
        yield from super().refusals(chosen)
        prices = [name for name in PRICES if name in chosen]
        if len(prices) > 1:
            yield "Gardez une seule colonne de prix, TTC ou HT\u00a0: l’autre s’en calcule."
        if "basis" in chosen and prices and prices != ["price"]:
            yield "Le titre de la colonne dit déjà si le prix est TTC ou HT\u00a0: n’importez pas l’autre."
        if prices and "vat_rate" not in chosen:
            yield "Indiquez la colonne «\u00a0Taux de TVA\u00a0»\u00a0: un prix ne va pas sans elle."

    def read(self, lines: Lines) -> list[Told]:
        told = read_items(lines)
        rows = {row.line: row for row in lines.rows}
        codes = items_by_code({one.item.code for one in told if one.item.code})
        names = items_by_name({one.item.name for one in told if not one.item.code})
        for one in told:
            if (other := codes.get(one.item.code)) is not None:
                reason = f"Le code {other.code} est déjà celui de {quoted(other.name)}."
                rows[one.line].faults.append(Fault(one.line, reason, "code"))
            elif not one.item.code and (other := names.get(fold(one.item.name))) is not None:
                reason = f"Cet article est déjà au catalogue, sous le code {other.code}."
                rows[one.line].faults.append(Fault(one.line, reason, "name"))
        return told

    def told(self, found: list[Told]) -> str:
        return f"{counted(len(found), 'article')} et {counted(_tariffs(found), 'tarif')}"

    def book(self, found: list[Told], *, op: Operation) -> Mapping[str, str | int]:
        categories = categories_named(one.category for one in found if one.category)
        for one in found:
            one.item.category = categories.get(fold(one.category))
        new = [NewItem(one.item, [tariff for _, tariff in one.tariffs]) for one in found]
        create_items(new, by=op.user, about=IMPORTED)
        return {"articles": len(found), "tarifs": _tariffs(found)}


def _tariffs(found: list[Told]) -> int:
    return sum(len(one.tariffs) for one in found)
