"""What an administrator does to the catalogue: items and their tariffs, with their history.

Lines copy what they are priced by, so that no change here touches a visit or a document.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from invoicing.models import Category, Item, ItemChange, Nature, Tariff
from invoicing.queries import item_history, next_item_code, overlapping, rates_on
from invoicing.services.visits import REVENUE, NewLine
from office.amounts import fine
from office.editing import ChangedMeanwhile
from office.errors import SoldeError
from office.events import changes
from office.folding import fold, sort_key
from office.models import User

ITEM_FIELDS = ("name", "kind", "nature", "account", "category")
TARIFF_FIELDS = ("name", "price", "vat_rate", "valid_from", "valid_to")
HUNDRED = Decimal(100)
ONE_DAY = timedelta(days=1)


class ItemCodeTaken(SoldeError):
    """Another item bears the code."""

    field = "code"

    def __init__(self, code: str) -> None:
        super().__init__(f"Le code {code} est déjà celui d’un autre article.")


class RateNotInForce(SoldeError):
    """A tariff begins on a day on which its rate of VAT isn't in force."""

    field = "vat_rate"

    def __init__(self, tariff: Tariff) -> None:
        rate = f"{tariff.vat_rate.normalize():f}".replace(".", ",")
        super().__init__(f"{rate}\u00a0% n’est pas un taux de TVA en vigueur le {tariff.valid_from:%d/%m/%Y}.")


class ValidityReversed(SoldeError):
    """A tariff that would end before it begins."""

    field = "valid_to"

    def __init__(self, tariff: Tariff) -> None:
        super().__init__(f"Un tarif ne finit pas avant de commencer, le {tariff.valid_from:%d/%m/%Y}.")


class TariffOverlaps(SoldeError):
    """The item has a tariff of this name on one of these days: it has one price on a day."""

    field = "valid_from"

    def __init__(self, other: Tariff) -> None:
        name = f"Le tarif «\u00a0{other.name}\u00a0»" if other.name else "Le tarif courant (sans nom)"
        super().__init__(f"{name} est déjà valable {other.validity}\u00a0: terminez-le d’abord, ou changez de nom.")


class TariffNotValid(SoldeError):
    """A line would be priced by a tariff that doesn't hold on its day."""

    field = "tariff"

    def __init__(self, tariff: Tariff, on: date) -> None:
        super().__init__(
            f"Le tarif «\u00a0{tariff.shown_name}\u00a0» n’est pas valable le {on:%d/%m/%Y}\u00a0: il l’est "
            f"{tariff.validity}."
        )


class BeginsTooSoon(SoldeError):
    """A new price that would begin on the day of the former or before."""

    field = "valid_from"

    def __init__(self, former: Tariff) -> None:
        super().__init__(
            f"Le prix d’avant commence le {former.valid_from:%d/%m/%Y}\u00a0: un nouveau commence après, ou "
            "corrigez le prix d’avant."
        )


@dataclass(slots=True)
class NewItem:
    """An item and its tariffs, none of them saved. The code may be empty: it is then the next free one."""

    item: Item
    tariffs: list[Tariff] = field(default_factory=list)


def create_item(item: Item, tariffs: Iterable[Tariff] = (), *, by: User | None) -> Item:
    """Put an item into the catalogue, with its first tariffs, if any; without a code it takes the next free one.

    Raises ItemCodeTaken, RateNotInForce, ValidityReversed, TariffOverlaps.
    """
    return create_items([NewItem(item, list(tariffs))], by=by, about="Article créé")[0]


def create_items(new: Sequence[NewItem], *, by: User | None, about: str) -> list[Item]:
    """Put items into the catalogue, all or none. about: what their histories begin with."""
    generated = [one for one in new if not one.item.code]
    try:
        with transaction.atomic():
            return _create(new, by=by, about=about)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        for one in generated:
            one.item.code = ""
        return create_items(new, by=by, about=about)  # another user took a code meanwhile: look again


def _create(new: Sequence[NewItem], *, by: User | None, about: str) -> list[Item]:
    items = [one.item for one in new]
    codes = Counter(item.code for item in items if item.code)
    taken = {code for code, count in codes.items() if count > 1}
    if taken := taken or set(Item.objects.filter(code__in=codes).values_list("code", flat=True)):
        raise ItemCodeTaken(min(taken))
    first = next_item_code()
    for item in items:
        item.pk = None
        if not item.code:
            item.code, first = f"A-{first:05d}", first + 1
        _fold(item)
    Item.objects.bulk_create(items)
    ItemChange.objects.bulk_create(ItemChange(item=item, version=1, user=by, about=about) for item in items)
    rates = cache(rates_on)
    for one in new:
        for at, tariff in enumerate(one.tariffs):
            tariff.pk, tariff.item = None, one.item
            _check(tariff, rates)
            same = (other for other in one.tariffs[:at] if other.search == tariff.search)
            if other := next(filter(tariff.meets, same), None):
                raise TariffOverlaps(other)
    Tariff.objects.bulk_create(tariff for one in new for tariff in one.tariffs)
    return items


def categories_named(names: Iterable[str]) -> dict[str, Category]:
    """The categories of these names, whatever their case and accents; those that aren't there yet are made.

    They go by their folded names. For a caller's transaction.
    """
    known = {fold(category.name): category for category in Category.objects.order_by("-pk")}
    for name in names:
        if fold(name) not in known:
            known[fold(name)] = Category.objects.get_or_create(name=name)[0]  # another user may make it meanwhile
    return known


@transaction.atomic
def change_item(*, edited: Item, version: int, by: User) -> bool:
    """Keep what a form says of an item, and answer whether that is anything new.

    version: of the item as the form showed it. Raises ChangedMeanwhile.
    """
    stored = _locked(edited.pk)
    said = changes(stored, edited, ITEM_FIELDS)
    if not said:
        return False
    _check_version(stored, version)
    _fold(edited)
    edited.account_id = edited.account_id or REVENUE[Nature(edited.nature)]
    edited.version = stored.version
    _note(edited, "Article modifié", said, by=by, fields=[*ITEM_FIELDS, "sort_key", "search"])
    return True


@transaction.atomic
def archive_item(item: Item, *, archived: bool, by: User) -> None:
    """Take an item out of what can be picked, or bring it back; its lines and tariffs stay."""
    stored = _locked(item.pk)
    if stored.is_archived != archived:
        stored.is_archived = archived
        _note(stored, "Archivé" if archived else "Réactivé", [], by=by, fields=["is_archived"])


@transaction.atomic
def save_tariff(tariff: Tariff, *, version: int, by: User) -> bool:
    """Keep a tariff, a new one or a changed one, and answer whether that is anything new.

    version: of the item as the form showed it. Lines that it priced stay as they are.
    Raises ChangedMeanwhile, RateNotInForce, ValidityReversed, TariffOverlaps.
    """
    item = _locked(tariff.item_id)
    before = Tariff.objects.filter(item=item, pk=tariff.pk).first() if tariff.pk else None
    if before is not None and not changes(before, tariff, TARIFF_FIELDS):
        return False
    _check_version(item, version)
    _check_alone(tariff)
    tariff.save()
    said = [{"field": "tarif", "before": str(before) if before else "", "after": str(tariff)}]
    _note(item, "Tarif modifié" if before else "Tarif ajouté", said, by=by)
    return True


@transaction.atomic
def follow_tariff(former: Tariff, following: Tariff, *, version: int, by: User) -> None:
    """Give a tariff another price from a day on: the former ends the day before.

    following: not saved; it takes the former's item. Raises BeginsTooSoon, and as `save_tariff` does.
    """
    item = _locked(former.item_id)
    _check_version(item, version)
    former.refresh_from_db()
    if following.valid_from <= former.valid_from:
        raise BeginsTooSoon(former)
    before = str(former)
    last = following.valid_from - ONE_DAY
    if former.valid_to is None or former.valid_to > last:
        former.valid_to = last
        former.save(update_fields=["valid_to"])
    following.item = item
    _check_alone(following)
    following.save()
    said = [
        {"field": "tarif", "before": before, "after": str(former)},
        {"field": "tarif", "before": "", "after": str(following)},
    ]
    _note(item, "Nouveau prix", said, by=by)


def line_of(
    tariff: Tariff,
    *,
    on: date,
    prices_include_vat: bool,
    quantity: Decimal = Decimal(1),
    discount: Decimal = Decimal(0),
) -> NewLine:
    """A line that copies a tariff: its label, price, rate, and what the item is.

    on: the day of the visit or invoice. prices_include_vat: as the visit or invoice says; a price of the
    other basis is converted, with 6 decimals at most. Raises TariffNotValid. Source: rules, « The catalogue ».
    """
    if not tariff.is_valid_on(on) or tariff.vat_rate not in rates_on(on):
        raise TariffNotValid(tariff, on)
    price, item = price_of(tariff, prices_include_vat=prices_include_vat), tariff.item
    return NewLine(tariff.label, price, tariff.vat_rate, quantity, discount, item.nature, item.account_id, item.pk)


def price_of(tariff: Tariff, *, prices_include_vat: bool) -> Decimal:
    """The unit price of a tariff, VAT included or not."""
    if tariff.includes_vat == prices_include_vat:
        return tariff.price
    whole = HUNDRED + tariff.vat_rate
    return fine(tariff.price * whole / HUNDRED if prices_include_vat else tariff.price * HUNDRED / whole)


def tidy_tariff(tariff: Tariff) -> None:
    """Write a tariff's name on one line with single spaces, and fold it."""
    tariff.name = " ".join(tariff.name.split())
    tariff.search = fold(tariff.name)


def _check(tariff: Tariff, rates: Callable[[date], list[Decimal]]) -> None:
    """Refuse a tariff that can't be, the others of its item apart. rates: in force on a day."""
    tidy_tariff(tariff)
    if tariff.valid_to is not None and tariff.valid_to < tariff.valid_from:
        raise ValidityReversed(tariff)
    if tariff.vat_rate not in rates(tariff.valid_from):
        raise RateNotInForce(tariff)


def _check_alone(tariff: Tariff) -> None:
    """Refuse a tariff that can't be, or not beside another of its item."""
    _check(tariff, rates_on)
    if (other := overlapping(tariff)) is not None:
        raise TariffOverlaps(other)


def _fold(item: Item) -> None:
    item.sort_key = sort_key(item.name)
    item.search = fold(f"{item.code} {item.name}")


def _locked(key: int) -> Item:
    return Item.objects.select_for_update(no_key=True, of=("self",)).select_related("account", "category").get(pk=key)


def _check_version(item: Item, version: int) -> None:
    if item.version != version:
        done = item_history(item).filter(version__gt=version).order_by("version")
        raise ChangedMeanwhile(list(done), item.version)


def _note(item: Item, about: str, said: list[dict[str, str]], *, by: User, fields: Iterable[str] = ()) -> None:
    item.version += 1
    item.save(update_fields=[*fields, "version"])
    ItemChange.objects.create(item=item, version=item.version, user=by, about=about, changes=said)
