"""The demo's catalogue, put there by the services, and the lines that the clinic makes of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from demo.wares import SHELVES, Shelf, Ware
from invoicing.models import Category, Item, Tariff
from invoicing.services import REVENUE, NewItem, NewLine, archive_item, create_items, follow_tariff, line_of
from office.models import User


def stock(today: date, *, by: User) -> None:
    """Fill the catalogue: prices hold since the year before last, some are new since the first of this year."""
    since = date(today.year - 2, 1, 1)
    for position, shelf in enumerate(SHELVES, start=1):
        category = Category.objects.create(name=shelf.category, position=position)
        create_items([_new(shelf, ware, category, since) for ware in shelf.wares], by=by, about="Article créé")
    items = {item.name: item for item in Item.objects.order_by("pk")}
    for ware in (ware for shelf in SHELVES for ware in shelf.wares):
        item = items[ware.name]
        if ware.former:
            former = item.tariffs.get(search="")
            following = _tariff(ware, "", ware.price, date(today.year, 1, 1))
            follow_tariff(former, following, version=item.version, by=by)
        if ware.is_archived:
            archive_item(item, archived=True, by=by)


def _new(shelf: Shelf, ware: Ware, category: Category, since: date) -> NewItem:
    nature = shelf.nature
    item = Item(name=ware.name, kind=shelf.kind, nature=nature, account_id=REVENUE[nature], category=category)
    prices = {"": ware.former or ware.price, **ware.others}
    return NewItem(item, [_tariff(ware, name, price, since) for name, price in prices.items()])


def _tariff(ware: Ware, name: str, price: str, since: date) -> Tariff:
    return Tariff(name=name, price=Decimal(price), vat_rate=Decimal(ware.rate), valid_from=since)


@dataclass(frozen=True, slots=True)
class PriceList:
    """What the clinic picks from: the tariffs of all items, by the name of the item."""

    tariffs: dict[str, list[Tariff]]

    @classmethod
    def read(cls) -> "PriceList":
        """The catalogue as it stands."""
        found: dict[str, list[Tariff]] = {}
        for tariff in Tariff.objects.select_related("item").order_by("item__code", "search", "valid_from"):
            found.setdefault(tariff.item.name, []).append(tariff)
        return cls(found)

    def line(self, ware: Ware, on: date, *, name: str = "") -> NewLine:
        """A line of a ware on a day, by its tariff of this name, or else by its usual one."""
        valid = {tariff.name: tariff for tariff in self.tariffs[ware.name] if tariff.is_valid_on(on)}
        return line_of(valid.get(name) or valid[""], on=on, prices_include_vat=True)
