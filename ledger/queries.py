"""Reads of the ledger, ordered, as of today or of a past day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import DecimalField, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from ledger.models import (
    Allocation,
    BankAccount,
    ClientAccount,
    Document,
    Entry,
    GeneralAccount,
    Journal,
    Line,
    OpenItem,
    Operation,
    Party,
    PeriodLock,
    Reservation,
    Series,
)
from office.asking import Question, records
from office.models import Site

AMOUNT = DecimalField(max_digits=14, decimal_places=2)
# The code of the journal of a kind: the site's own, else the common one. Parameters: kind, site.
JOURNAL_FOR = """
    SELECT code FROM ledger_journal WHERE kind = %s AND (site_id = %s OR site_id IS NULL)
    ORDER BY site_id NULLS LAST, code LIMIT 1
"""
NOTHING = Value(Decimal(0), output_field=AMOUNT)


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry with its lines, in their order. codes: of their lettrage, by the line's key."""

    entry: Entry
    lines: list[Line]
    codes: Mapping[int, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[tuple[Line, str]]:
        """The lines, each with the code of its lettrage, if it has one."""
        return [(line, self.codes.get(line.pk, "")) for line in self.lines]


def entries_of(*documents: Document, codes: Mapping[int, str] | None = None) -> list[PostedEntry]:
    """The entries of documents with their lines and seals, oldest first. codes: the lettrage of client lines."""
    lines = Line.objects.filter(entry__document__in=documents).order_by("entry", "pk")
    found = lines.select_related("account", "entry__journal", "entry__seal")
    by_entry: dict[int, PostedEntry] = {}
    for line in found:
        by_entry.setdefault(line.entry_id, PostedEntry(line.entry, [], codes or {})).lines.append(line)
    return list(by_entry.values())


def journal_for(kind: Journal.Kind | str, site: Site | None) -> Journal:
    """The site's own journal of a kind, or the common one."""
    with connection.cursor() as cursor:
        cursor.execute(JOURNAL_FOR, [str(kind), site.pk if site else None])
        return Journal.objects.get(pk=cursor.fetchone()[0])


def last_numbered(series: Series, year: int) -> Document | None:
    """The document that bears the highest number of a series in a year."""
    return Document.objects.filter(series=series, year=year).order_by("-number").first()


def items_of(document: Document) -> list[OpenItem]:
    """The items of a document, reversals included, in the order they were posted."""
    return list(_items().filter(document=document).order_by("pk"))


def entry_items(entry: Entry) -> list[OpenItem]:
    """The items of one entry, in the order of its lines."""
    return list(_items().filter(line__entry=entry).order_by("pk"))


def items_by_key(keys: list[int]) -> dict[int, OpenItem]:
    """Items by their key."""
    return {item.pk: item for item in _items().filter(pk__in=keys).order_by("pk")}


def bare_items(keys: list[int]) -> Question[dict[int, OpenItem]]:
    """Ask for items by their key, without their documents: each of these is read when it is asked for."""
    found = records(OpenItem, "WHERE line_id = ANY(%s) ORDER BY line_id", [keys])
    return found.then(lambda items: {item.pk: item for item in items})


def open_items(account: ClientAccount, on: date | None = None) -> QuerySet[OpenItem]:
    """What is open on an account, debits and credits, by due date; each with its `left`.

    on: a past day, its end; None for today, which counts everything posted.
    """
    items = items_on(on).filter(account=account)
    return items.filter(Q(left__gt=0)).order_by("due", "pk")


def items_on(on: date | None) -> QuerySet[OpenItem]:
    """Items posted on a day or before, each with what was open of it at the end of that day (`left`).

    on: None for today, which counts everything posted. Source: rules, « A past day ».
    """
    if on is None:
        return _items().annotate(left=F("open"))
    return _items().filter(day__lte=on).annotate(left=F("open") + _later(on, "debit") + _later(on, "credit"))


def _later(on: date, side: str) -> CombinedExpression:
    """What allocations made after `on` took of an item, less what detaches after `on` gave back to it."""
    ours = Allocation.objects.filter(**{side: OuterRef("pk")}).order_by().values(side)
    made_since = ours.filter(detached_on=None, day__gt=on).annotate(sum=Sum("amount")).values("sum")
    freed_since = ours.filter(detached_on__gt=on, day__lte=on).annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(made_since, output_field=AMOUNT), NOTHING) - Coalesce(
        Subquery(freed_since, output_field=AMOUNT), NOTHING
    )


def live_allocations(*items: OpenItem) -> list[Allocation]:
    """The allocations of items that are not detached, oldest first."""
    keys = [item.pk for item in items]
    found = Allocation.objects.filter(Q(debit__in=keys) | Q(credit__in=keys), detached_by=None)
    return list(found.select_related("debit__document", "credit__document").order_by("pk"))


def live_reservations(account: ClientAccount, party: Party | None) -> list[Reservation]:
    """What is reserved of the credits of an account, or of one passer-by on it, oldest first."""
    live = Reservation.objects.filter(credit__account=account, credit__party=party, released_by=None)
    return list(live.select_related("credit__document", "credit__account").order_by("pk"))


def only_currency() -> str | None:
    """The currency of all accounts, if they have one and the same: two looks into an index."""
    found = ClientAccount.objects.aggregate(first=Min("currency"), last=Max("currency"))
    return found["first"] if found["first"] == found["last"] else None


def chart() -> QuerySet[GeneralAccount]:
    """The chart of accounts, in its order."""
    return GeneralAccount.objects.order_by("code")


def journals() -> QuerySet[Journal]:
    """The journals, the common ones first."""
    return Journal.objects.select_related("site").order_by(F("site__name").asc(nulls_first=True), "code")


def banks() -> QuerySet[BankAccount]:
    """The business's accounts at banks: the default one, the open ones, the closed ones."""
    return BankAccount.objects.select_related("account").order_by("-is_default", "-is_active", "label", "pk")


def open_banks() -> QuerySet[BankAccount]:
    """The accounts at banks that money can go to, the default one first."""
    return banks().filter(is_active=True)


def default_bank() -> BankAccount | None:
    """The account that documents print unless another is chosen."""
    return BankAccount.objects.filter(is_default=True).first()


def books_locked_through() -> date | None:
    """The lock date of the books."""
    return PeriodLock.objects.filter(scope=PeriodLock.Scope.BOOKS).values_list("through", flat=True).first()


def was_submitted(key: str) -> bool:
    """Whether a form of this key, as it was sent, has been booked: sent again, it leads to what it made."""
    try:
        return Operation.objects.filter(key=UUID(key)).exists()
    except ValueError:
        return False


def tills_closed_through() -> dict[int | None, date]:
    """The last day that each till is closed for, by its site; None for « Sans site »."""
    tills = PeriodLock.objects.filter(scope=PeriodLock.Scope.TILL, through__isnull=False)
    return {site: through for site, through in tills.values_list("site", "through") if through}


def till_day(site: Site | None, *, today: date) -> date:
    """The day that money at a site's till bears unless another is said: today, or tomorrow once today is closed."""
    shut = PeriodLock.objects.filter(scope=PeriodLock.Scope.TILL, site=site, through__gte=today)
    return today + timedelta(days=1) if shut.exists() else today


def entries_until(day: date, *, after: date | None) -> int:
    """How many entries bear a day up to and including `day`, later than `after`."""
    entries = Entry.objects.filter(day__lte=day)
    return (entries.filter(day__gt=after) if after else entries).count()


def _items() -> QuerySet[OpenItem]:
    return OpenItem.objects.select_related("document", "account")
