"""A client's sheet and its windows, whichever app serves them: the client, and the day asked for."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import quote

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from clients.models import Client
from clients.queries import alerts
from clients.searching import dialled
from ledger.balance import Balance, balance_of
from office.clock import today
from office.forms import DayForm, form_status
from office.queries import shown_balances


@dataclass(frozen=True)
class Sheet:
    """A client on the day that the address of a page asks for."""

    client: Client
    form: DayForm

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
        return balance_of(self.client.account, today=self.form.today, on=self.on)

    @cached_property
    def alerts(self) -> list[str]:
        """The notes to be read before anything else."""
        return alerts(self.client)

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
    client = get_object_or_404(Client.objects.select_related("account", "site"), code=code)
    return Sheet(client, DayForm(request.GET, today=today(), auto_id="as_of_%s"))


def window_of(request: HttpRequest, code: str, figure: str) -> Sheet:
    """The same, of a window that explains a figure. Raises Http404 if the administrator has hidden it."""
    if figure not in shown_balances():
        raise Http404("Ce montant n’est pas affiché\u00a0: un administrateur l’a masqué.")
    return sheet(request, code)
