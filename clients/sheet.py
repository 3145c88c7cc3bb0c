"""A client's sheet and its windows, whichever app serves them: the client, and the day asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from clients.models import Client
from clients.queries import Head, Waiting, alerts, client_of, counts_of, figures_of, head_of, waiting
from clients.searching import dialled
from ledger.balance import Balance, balance_of
from office.asking import Question
from office.clock import today
from office.forms import DayForm, form_status
from office.queries import shown_balances

WHOLE = "page"  # the element that holds all of a page but the menu


@dataclass(frozen=True)
class Sheet:
    """A client on the day that the address of a page asks for.

    head: what stands over the tabs, if it was read with the client; or the balance and the counts alone.
    """

    client: Client
    form: DayForm
    head: Head | None = None
    figures: tuple[Balance, dict[str, int]] | None = None

    @property
    def on(self) -> date | None:
        """The past day; None for today."""
        return self.form.past

    @property
    def day(self) -> date:
        """The day that is shown."""
        return self.on or self.form.today

    @property
    def status(self) -> int:
        """The HTTP status of the page: 422 if the day was refused."""
        return form_status(self.form)

    @cached_property
    def balance(self) -> Balance:
        """The client's figures on that day."""
        if self.figures:
            return self.figures[0]
        return self.head.balance if self.head else balance_of(self.client.account, today=self.form.today, on=self.on)

    @cached_property
    def alerts(self) -> list[str]:
        """The notes to be read before anything else."""
        return self.head.alerts if self.head else alerts(self.client)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows wait behind the tabs, by the relation of the client that they show."""
        if self.figures:
            return self.figures[1]
        return self.head.counts if self.head else counts_of(self.client, self.on)

    @property
    def waiting(self) -> Waiting:
        """What the amounts are made of."""
        return self.head.waiting if self.head else waiting(self.client.account, self.on)

    @property
    def shown(self) -> frozenset[str]:
        """Which of the figures the administrator shows."""
        return self.head.shown if self.head else shown_balances()

    @property
    def phone_url(self) -> str:
        """What dials the client's number."""
        return f"tel:{dialled(self.client.phone)}"

    @property
    def email_url(self) -> str:
        """What writes to the client."""
        return f"mailto:{quote(self.client.email, safe='@')}"

    @property
    def url(self) -> str:
        """The address of the sheet on that day."""
        return self.address("client_detail")

    def address(self, name: str) -> str:
        """The address of a page of this client, by its name, on the same day."""
        return f"{reverse(name, args=[self.client.code])}{self.query}"

    @property
    def query(self) -> str:
        """What the address of a page of this client ends with, to be on the same day."""
        return f"?on={self.on.isoformat()}" if self.on else ""


def sheet(request: HttpRequest, code: str) -> Sheet:
    """The client of a page, as of the day in its address. Raises Http404."""
    client = client_of(code)
    if client is None:
        raise Http404
    return Sheet(client, DayForm(request.GET, today=today(), auto_id="as_of_%s"))


def framed(
    request: HttpRequest,
    code: str,
    beside: Callable[[Client], Sequence[Question[Any]]] | None = None,
    *,
    tells_balance: bool = False,
) -> Sheet:
    """The same, of a page that is shown in the frame of the sheet: today's is read with what stands there.

    beside: what the page asks of the client in the same trip, if there is one: a tab that htmx asks for alone needs
    no frame, and a past day is read otherwise. tells_balance: whether the tab itself tells the balance.
    """
    form = DayForm(request.GET, today=today(), auto_id="as_of_%s")
    if form.past or is_alone(request):
        if form.past or not tells_balance:
            return sheet(request, code)
        if (found := figures_of(code, today=form.today, beside=beside)) is None:
            raise Http404
        client, balance, counts = found
        return Sheet(client, form, figures=(balance, counts))
    if (head := head_of(code, today=form.today, beside=beside)) is None:
        raise Http404
    return Sheet(head.client, form, head)


def is_alone(request: HttpRequest) -> bool:
    """Whether htmx asks for a tab without the sheet; a page that was changed in place it fetches whole."""
    htmx = HtmxDetails(request)
    return bool(htmx) and not htmx.history_restore_request and htmx.target != WHOLE


def window_of(request: HttpRequest, code: str, figure: str) -> Sheet:
    """The same, of a window that explains a figure. Raises Http404 if the administrator has hidden it."""
    if figure not in shown_balances():
        raise Http404("Ce montant n’est pas affiché\u00a0: un administrateur l’a masqué.")
    return sheet(request, code)
