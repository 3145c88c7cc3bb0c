"""Reads of the catalogue: its items, their tariffs, and what a line may be priced by."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Substr

from invoicing.models import Category, Item, ItemChange, Tariff
from invoicing.rules import RATES_SETTING
from ledger.models import GeneralAccount
from office.folding import fold, sort_key
from office.queries import setting

MOST_FOUND = 60
BATCH = 1000
REVENUES = "7"  # the class of accounts that what is sold goes to
VALID, LATER, ENDED, RATE_ENDED = "valid", "later", "ended", "rate_ended"


def rates_on(day: date) -> list[Decimal]:
    """The rates of VAT in force on a day, in percent, the usual ones first."""
    return [Decimal(rate) for rate in setting(RATES_SETTING, day, default=[])]


def holds_on(day: date) -> Q:
    """Whether a tariff is valid on a day; the rate of VAT that it bears is another matter."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


def words_in(text: str, *fields: str) -> Q:
    """Whether each word of `text` stands in one of the folded fields."""
    wanted = Q()
    for word in fold(text).split():
        wanted &= Q(*((f"{field}__contains", word) for field in fields), _connector=Q.OR)
    return wanted


def catalogue(*, today: date) -> QuerySet[Item]:
    """All items, each with the `tariffs_now` it has and the price, basis and rate of the first of them, the usual one.

    Their names: `now_price`, `now_includes_vat`, `now_rate`.
    """
    valid = Tariff.objects.filter(holds_on(today), item=OuterRef("pk"), vat_rate__in=rates_on(today)).order_by()
    number = valid.values("item").annotate(number=Count("pk")).values("number")
    first = valid.order_by("search", "pk")
    return Item.objects.select_related("category", "account").annotate(
        tariffs_now=Coalesce(Subquery(number, output_field=IntegerField()), 0),
        now_price=Subquery(first.values("price")[:1]),
        now_includes_vat=Subquery(first.values("includes_vat")[:1]),
        now_rate=Subquery(first.values("vat_rate")[:1]),
    )


def tariffs_of(item: Item) -> QuerySet[Tariff]:
    """The tariffs of an item by name, the newest of a name first."""
    return Tariff.objects.filter(item=item).order_by("search", F("valid_from").desc(), "pk")


@dataclass(frozen=True, slots=True)
class PricedTariff:
    """A tariff, and whether it may be picked on a day."""

    tariff: Tariff
    state: str


def priced(item: Item, on: date) -> list[PricedTariff]:
    """The tariffs of an item, each with its state on a day."""
    rates = rates_on(on)
    return [PricedTariff(tariff, _state(tariff, on, rates)) for tariff in tariffs_of(item)]


def _state(tariff: Tariff, on: date, rates: Collection[Decimal]) -> str:
    if tariff.valid_from > on:
        return LATER
    if not tariff.is_valid_on(on):
        return ENDED
    return VALID if tariff.vat_rate in rates else RATE_ENDED


def exported(keys: Sequence[int]) -> Iterator[tuple[Item, Tariff | None]]:
    """Items in the order of their keys, with each of their tariffs in turn, or None; read so many at a time."""
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        items = Item.objects.select_related("category").in_bulk(batch)
        tariffs: dict[int, list[Tariff]] = {}
        for tariff in Tariff.objects.filter(item__in=batch).order_by("search", "valid_from", "pk"):
            tariffs.setdefault(tariff.item_id, []).append(tariff)
        for item in (items[key] for key in batch if key in items):
            for told in tariffs.get(item.pk, [None]):
                yield item, told


def overlapping(tariff: Tariff) -> Tariff | None:
    """Another tariff of the item, of the same name, that is valid on a day of this one."""
    same = Tariff.objects.filter(item=tariff.item_id, search=fold(tariff.name)).exclude(pk=tariff.pk)
    same = same.filter(Q(valid_to=None) | Q(valid_to__gte=tariff.valid_from))
    same = same.filter(valid_from__lte=tariff.valid_to) if tariff.valid_to else same
    return same.order_by("valid_from", "pk").first()


def categories() -> QuerySet[Category]:
    """The headings of the catalogue in their order, each with how many items it has in use."""
    in_use = Count("items", filter=Q(items__is_archived=False))
    return Category.objects.annotate(number=in_use).order_by("position", "name", "pk")


def items_by_code(codes: Collection[str]) -> dict[str, Item]:
    """The items that bear these codes, archived ones too."""
    return {item.code: item for item in Item.objects.filter(code__in=codes).order_by("pk")}


def items_by_name(names: Collection[str]) -> dict[str, Item]:
    """The items in use that bear these names, whatever their case and accents, by their folded name."""
    bearing = Item.objects.filter(is_archived=False, sort_key__in={sort_key(name) for name in names})
    return {fold(item.name): item for item in bearing.order_by("-pk")}


def revenue_accounts() -> QuerySet[GeneralAccount]:
    """The accounts that what is sold can go to, by their codes."""
    return GeneralAccount.objects.filter(code__startswith=REVENUES).order_by("code")


def next_item_code() -> int:
    """The number of the next generated code, A-00042."""
    generated = Item.objects.filter(code__regex=r"^A-\d{5,}$")
    last: int | None = generated.aggregate(last=Max(Cast(Substr("code", 3), IntegerField())))["last"]
    return (last or 0) + 1


def item_history(item: Item) -> QuerySet[ItemChange]:
    """All changes of an item and its tariffs, newest first."""
    return ItemChange.objects.filter(item=item).select_related("user").order_by("-version")


@dataclass(frozen=True, slots=True)
class Found:
    """An item with those of its tariffs that may be picked."""

    item: Item
    tariffs: list[Tariff]


def tariffs_found(text: str, on: date, *, kind: str = "") -> list[Found]:
    """The tariffs that a line of a day may be priced by, by item: those that bear every word of `text`.

    text: looked for in the item's code and name and the tariff's name; empty finds all. on: the day of the
    visit, or of the invoice. kind: of the item; empty for all. Left out are archived items, tariffs that
    aren't valid on the day or whose rate isn't in force then, and so each item without another. Items whose
    code or name begins with the text come first; no more than `MOST_FOUND` tariffs.
    """
    tariffs = Tariff.objects.filter(holds_on(on), item__is_archived=False, vat_rate__in=rates_on(on))
    tariffs = tariffs.filter(words_in(text, "item__search", "search"))
    if kind:
        tariffs = tariffs.filter(item__kind=kind)
    begins = Q(item__code__iexact=text.strip()) | Q(item__sort_key__startswith=sort_key(text))
    rank = Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField())
    order = (rank, "item__sort_key", "item_id", "search", "pk")
    found: dict[int, Found] = {}
    for tariff in tariffs.select_related("item").order_by(*order)[:MOST_FOUND]:
        found.setdefault(tariff.item_id, Found(tariff.item, [])).tariffs.append(tariff)
    return list(found.values())
