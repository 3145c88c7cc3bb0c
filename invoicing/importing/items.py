"""The items that a file tells of; several lines of one code, or of one name without code, are tariffs of one item."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError

from invoicing.importing.columns import PRICES
from invoicing.models import Category, Item, Nature, Tariff
from invoicing.queries import rates_on, revenue_accounts
from invoicing.services import REVENUE, RateNotInForce, ValidityReversed, tidy_tariff
from office.amounts import cents, parse_amount, quoted
from office.folding import fold
from office.grids import Fault, Row, Unusable
from office.importing.cells import one_of, text, yes_or_no
from office.importing.subjects import Lines
from office.queries import company

Reader = Callable[[str], Any]

KINDS = {
    **dict.fromkeys(("actes", "soin", "consultation", "intervention"), "procedure"),
    **dict.fromkeys(("produits", "bien", "marchandise", "médicament", "fourniture"), "product"),
    **dict.fromkeys(("prestations", "service", "services", "prestation de services"), "service"),
    **dict.fromkeys(("abonnements", "adhésion", "cotisation", "forfait mensuel"), "subscription"),
    **dict.fromkeys(("frais annexes", "frais de port", "port", "débours"), "fee"),
}
NATURES = {
    **dict.fromkeys(("bien", "biens", "livraison", "produit", "marchandise", "b"), "goods"),
    **dict.fromkeys(("service", "services", "prestation", "prestations", "s"), "service"),
}
BASES = {"oui": "ttc", "non": "ht", "toutes taxes comprises": "ttc", "hors taxe": "ht", "hors taxes": "ht"}
OF_ITEM = ("code", "name", "kind", "nature", "account", "category", "archived")
OF_TARIFF = ("tariff", *PRICES, "vat_rate", "valid_from", "valid_to")
RATE = re.compile("([0-9]{1,3})(?:[.,]([0-9]{1,4}))?")


@dataclass(slots=True)
class Told:
    """An item as the lines of a file tell it. line: its first; tariffs: each with the line that tells it."""

    line: int
    known: dict[str, Any]
    item: Item
    tariffs: list[tuple[int, Tariff]] = field(default_factory=list)

    @property
    def category(self) -> str:
        """The name of its category; empty without."""
        name: str = self.known.get("category", "")
        return name


@dataclass(frozen=True, slots=True)
class Usual:
    """What a line means that doesn't say: whether prices include VAT, and from when on tariffs hold."""

    includes_vat: bool
    valid_from: date | None


def read_items(lines: Lines) -> list[Told]:
    """The items of a file; what is wrong is noted on its row. Cells go by the names of columns."""
    readers = _readers(lines)
    usual = Usual(company().prices_include_vat, lines.on)
    rates = cache(rates_on)
    found: dict[str, Told] = {}
    for row in lines.rows:
        said = {name: row.take(name, readers.get(name, text)) for name, cell in row.cells.items() if cell.strip()}
        known: dict[str, Any] = {name: said[name] for name in OF_ITEM if said.get(name) is not None}
        key = known.get("code") or f"\n{fold(known.get('name') or str(row.line))}"
        if (told := found.get(key)) is not None:
            row.faults += _contradictions(row, told, known)
        else:
            told = found[key] = Told(row.line, known, _item(row, known))
        if any(name in said for name in OF_TARIFF):
            _add_tariff(row, told, said, usual, rates)
    return list(found.values())


def _readers(lines: Lines) -> dict[str, Reader]:
    revenues = {account.code: account.code for account in revenue_accounts()}
    return {
        "kind": one_of(Item.Kind.choices, also=KINDS),
        "nature": one_of(Nature.choices, also=NATURES),
        "account": lambda cell: _account(text(cell), revenues),
        "category": _category,
        "archived": yes_or_no,
        **dict.fromkeys(PRICES, _price),
        "basis": one_of([("ttc", "TTC"), ("ht", "HT")], also=BASES),
        "vat_rate": _rate,
        "valid_from": lines.dates.read,
        "valid_to": lines.dates.read,
    }


def _category(cell: str) -> str:
    name, longest = text(cell), Category._meta.get_field("name").max_length
    if longest and len(name) > longest:
        raise Unusable(f"Un nom de catégorie a {longest} caractères au plus.")
    return name


def _account(code: str, revenues: Mapping[str, str]) -> str:
    if code not in revenues:
        raise Unusable(f"{quoted(code)} n’est pas un compte de produit du plan comptable (classe 7).")
    return code


def _price(cell: str) -> Decimal:
    price = parse_amount(cell)
    if price < 0:
        raise Unusable("Un prix ne peut pas être négatif.")
    return price


def _rate(cell: str) -> Decimal:
    """A rate in percent; whether it is in force is seen when its tariff's days are known."""
    match = RATE.fullmatch(cell.strip().removesuffix("%").rstrip())
    if match is None:
        raise Unusable(f"{quoted(cell)} n’est pas un taux de TVA\u00a0: écrivez-le comme 20 ou 5,5.")
    return Decimal(f"{match[1]}.{match[2] or 0}")


def _item(row: Row, known: Mapping[str, Any]) -> Item:
    """The item that a line tells of, its category apart; the nature and the type follow from each other."""
    nature = known.get("nature") or ("goods" if known.get("kind") == Item.Kind.PRODUCT else Nature.SERVICE.value)
    kind = known.get("kind") or (Item.Kind.PRODUCT if nature == Nature.GOODS else Item.Kind.SERVICE).value
    item = Item(
        code=known.get("code", ""),
        name=known.get("name", ""),
        kind=kind,
        nature=nature,
        account_id=known.get("account") or REVENUE[Nature(nature)],
        is_archived=known.get("archived", False),
    )
    left_out = {"account", "category", "sort_key", "search"} | (set() if item.code else {"code"})
    if "name" not in known:
        if not any(fault.column == "name" for fault in row.faults):
            row.faults.append(Fault(row.line, "Le nom de l’article manque.", "name"))
        left_out.add("name")
    _check(row, item, left_out)
    return item


def _add_tariff(
    row: Row, told: Told, said: Mapping[str, Any], usual: Usual, rates: Callable[[date], list[Decimal]]
) -> None:
    """Give an item the tariff of a line, unless something is wrong with it."""
    column = next((name for name in PRICES if name in row.cells), "price")
    price, rate = said.get(column), said.get("vat_rate")
    valid_from = said.get("valid_from") or (None if "valid_from" in said else usual.valid_from)
    for name, reason in (
        (column, "Le prix du tarif manque."),
        ("vat_rate", "Le taux de TVA du tarif manque."),
        ("valid_from", "La date à partir de laquelle le tarif vaut manque."),
    ):
        if name not in said and (name != "valid_from" or valid_from is None):
            row.faults.append(Fault(row.line, reason, name))
    if price is None or rate is None or valid_from is None or ("valid_to" in said and said["valid_to"] is None):
        return
    tariff = Tariff(
        name=said.get("tariff") or "",
        price=price,
        includes_vat=_includes_vat(column, said, usual),
        vat_rate=_in_force(rate, rates(valid_from)),
        valid_from=valid_from,
        valid_to=said.get("valid_to"),
    )
    tidy_tariff(tariff)
    _check(row, tariff, {"item", "search"}, {"name": "tariff"})
    if tariff.vat_rate not in rates(valid_from):
        row.faults.append(Fault(row.line, RateNotInForce(tariff).message, "vat_rate"))
    if tariff.valid_to is not None and tariff.valid_to < valid_from:
        row.faults.append(Fault(row.line, ValidityReversed(tariff).message, "valid_to"))
    for line, other in told.tariffs:
        if other.search == tariff.search and other.meets(tariff):
            reason = f"Ce tarif de l’article est déjà valable {other.validity}, à la ligne {line}."
            row.faults.append(Fault(row.line, reason, "valid_from"))
            break
    told.tariffs.append((row.line, tariff))


def _includes_vat(column: str, said: Mapping[str, Any], usual: Usual) -> bool:
    """Whether the price of a line includes VAT: its column says so, or another, or else it is as usual."""
    told = PRICES[column]
    if told is None:
        told = None if said.get("basis") is None else said["basis"] == "ttc"
    return usual.includes_vat if told is None else told


def _in_force(rate: Decimal, rates: list[Decimal]) -> Decimal:
    """A rate, which a workbook may hold as a fraction (0.2, shown as 20 %) where none in force is so low."""
    return cents(rate * 100) if rate not in rates and rate * 100 in rates else rate


def _check(row: Row, record: Item | Tariff, left_out: set[str], columns: Mapping[str, str] | None = None) -> None:
    try:
        record.clean_fields(exclude=left_out)
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            column = (columns or {}).get(name, name)
            row.faults += [Fault(row.line, sentence, column) for sentence in sentences]


def _contradictions(row: Row, told: Told, known: Mapping[str, Any]) -> Iterator[Fault]:
    for name, value in known.items():
        if told.known.get(name) != value:
            said = quoted(told.item.code or told.item.name)
            yield Fault(row.line, f"L’article {said} est dit autrement à la ligne {told.line}.", name)
