"""What lies in the tills."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from djmoney.money import Money

from ledger.models import Document, Journal
from ledger.queries import AMOUNT, NOTHING, tills_closed_through
from office.models import Site


@dataclass(frozen=True, slots=True)
class Till:
    """What a site has taken since its till was last closed, in one currency. site: its name, "" for « sans site ».

    through: the day of the last closing; without one, what was taken today counts. count: the payments and refunds;
    cash: what of the total is in cash.
    """

    site: str
    through: date | None
    count: int
    cash: Money
    total: Money


def open_tills(site: Site | None = None, *, today: date) -> list[Till]:
    """The tills with something to close, by site; only that of `site` if it is given."""
    closed = tills_closed_through()
    of_a_site = {key: Q(site=key) for key in closed}
    since = ~Q(reduce(or_, of_a_site.values(), Q(pk=None))) & Q(day__gte=today)
    for key, through in closed.items():
        since |= of_a_site[key] & Q(day__gt=through)
    taken, given = (Q(**{f"{name}__amount__gt": 0, f"{name}__cancelled_by": None}) for name in ("payments", "refunds"))
    documents = Document.objects.filter(since, taken | given, kind__in=(Document.Kind.PAYMENT, Document.Kind.REFUND))
    documents = documents.filter(day__gte=min([today, *closed.values()]))  # what the index is asked for
    documents = documents if site is None else documents.filter(site=site)
    amount = Coalesce(F("payments__amount"), NOTHING - F("refunds__amount"), output_field=AMOUNT)
    in_cash = Q(payments__type__journal=Journal.Kind.CASH) | Q(refunds__type__journal=Journal.Kind.CASH)
    rows = documents.order_by("site__name", "site", "account__currency").values(
        "site", "site__name", "account__currency"
    )
    return [
        Till(
            row["site__name"] or "",
            closed.get(row["site"]),
            row["count"],
            Money(row["cash"] or 0, row["account__currency"]),
            Money(row["total"], row["account__currency"]),
        )
        for row in rows.annotate(count=Count("pk"), cash=Sum(amount, filter=in_cash), total=Sum(amount))
    ]
