"""Long reports on paper: a job lays them out, and who asked fetches the PDF once it is there."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.http import QueryDict

from office import keeping
from office.jobs import one_moment
from office.models import User
from office.queries import company
from statements.asked import Asking, press
from statements.services import log_print

PRINTED = 1000  # rows that are laid out while the user waits: some seconds

Order = tuple[str, str, int, str]  # the report's name, the query, the user's key and the day, as they go to a process


def ask_print(name: str, asking: Asking, *, title: str, at: datetime, job: Callable[..., Any]) -> bool:
    """Have a report printed, unless the same is under way for the same user. Answers whether it was asked for now.

    job: what queues it, given the export's key as `key` and the order as `order`.
    """
    order = (name, asking.query.urlencode(), asking.user.pk, asking.today.isoformat())
    digest = hashlib.sha256(repr(order).encode()).hexdigest()[:32]
    return keeping.ask(
        f"PDF {digest}", by=asking.user, at=at, title=title, job=lambda key: job(key=key, order=list(order))
    )


def print_in_full(order: Order) -> tuple[str, bytes]:
    """A report as a PDF, all as it stood at one moment, with what it shows; the event log is told of the print."""
    name, query, user, day = order
    asking = Asking(QueryDict(query), User.objects.get(pk=user), date.fromisoformat(day))
    with one_moment():
        report, pdf = press(name, asking, company())
    log_print(report, by=asking.user)
    return ", ".join([report.title, *report.scope])[:200], pdf
