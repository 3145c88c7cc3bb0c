"""What the list of clients is filtered by."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from typing import Any, TypeVar

from django.core.validators import EMPTY_VALUES
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, ModelChoiceFilter

from clients.models import Client, Mail
from clients.queries import accounts_with_figures, bears, lost_mails, meant
from ledger.balance import STATUSES, has_status
from ledger.models import ClientAccount
from office.filters import DAY, ONE_DAY, ArchivableFilter, ListFilter, archived_choice, midnight
from office.forms import AmountField, SearchBox
from office.models import Site

T = TypeVar("T", bound=Model)


class AmountFilter(Filter):
    """Rows whose amount is so much at least, or at most."""

    field_class = AmountField


def at_least(name: str, label: str) -> AmountFilter:
    """The field of the least amount that a column has."""
    return AmountFilter(label=f"{label} à partir de", field_name=name, lookup_expr="gte", max_length=20)


def at_most(name: str, label: str) -> AmountFilter:
    """The field of the greatest amount that a column has."""
    return AmountFilter(label=f"{label} jusqu’à", field_name=name, lookup_expr="lte", max_length=20)


class ClientFilter(ArchivableFilter):
    """Clients by each column of their list; their accounts are only joined where a filter is about them.

    OF_CLIENTS: the filters about the clients themselves; all others are about their accounts.
    today: the day of their status.
    """

    OF_CLIENTS = frozenset({"q", "site", "archived"})

    q = CharFilter(label="Code, nom, e-mail ou téléphone", max_length=120, method="filter_by_words", widget=SearchBox)
    site = ModelChoiceFilter(label="Établissement", queryset=Site.objects.order_by("name", "pk"), empty_label="Tous")
    status = ChoiceFilter(label="Statut", choices=list(STATUSES.items()), empty_label="Tous", method="filter_by_status")
    walk_in = ChoiceFilter(
        label="Passagers",
        choices=[("oui", "Seulement"), ("non", "Sans")],
        empty_label="Avec",
        method="filter_walk_in",
    )
    archived = archived_choice()
    invoiced_min, invoiced_max = (make("invoiced", "Facturé") for make in (at_least, at_most))
    collected_min, collected_max = (make("collected", "Encaissé") for make in (at_least, at_most))
    outstanding_min, outstanding_max = (make("outstanding", "Encours") for make in (at_least, at_most))
    balance_min, balance_max = (make("balance", "Solde") for make in (at_least, at_most))

    class Meta:
        model = Client
        fields: list[str] = []

    def __init__(self, data: Mapping[str, Any], clients: QuerySet[Client], *, today: date) -> None:
        super().__init__(data, clients)
        self.today = today

    def filter_by_words(self, clients: QuerySet[Client], _: str, text: str) -> QuerySet[Client]:
        return clients.filter(bears(text))

    def filter_by_status(self, accounts: QuerySet[ClientAccount], _: str, status: str) -> QuerySet[ClientAccount]:
        return accounts.filter(has_status(status, today=self.today))

    def filter_walk_in(self, accounts: QuerySet[ClientAccount], _: str, choice: str) -> QuerySet[ClientAccount]:
        return accounts.filter(walk_in=choice == "oui")

    def filter_queryset(self, queryset: QuerySet[Client]) -> QuerySet[Client]:
        asked = self._asked
        clients = self._by(queryset, {name for name in asked if name in self.OF_CLIENTS})
        clients = clients if "archived" in asked else clients.filter(is_archived=False)
        if figures := asked.keys() - self.OF_CLIENTS:
            clients = clients.filter(account__in=self._by(accounts_with_figures(), figures))
        return clients

    @cached_property
    def accounts(self) -> QuerySet[ClientAccount] | None:
        """The accounts of these clients, found without them; None where something about the clients is asked for."""
        asked = self._asked
        if not self.OF_CLIENTS.isdisjoint(asked):
            return None
        archived = Client.objects.filter(is_archived=True).values("account")
        return self._by(accounts_with_figures().exclude(pk__in=archived), asked)

    @cached_property
    def _asked(self) -> dict[str, Any]:
        """What is filtered by, but for what was refused."""
        self.form.full_clean()
        return {name: value for name, value in self.form.cleaned_data.items() if value not in EMPTY_VALUES}

    def _by(self, rows: QuerySet[T], names: Iterable[str]) -> QuerySet[T]:
        """Rows by some of the filters."""
        return reduce(lambda found, name: self.filters[name].filter(found, self._asked[name]), names, rows)

    @property
    def text(self) -> str:
        """What is searched; nothing if it was refused."""
        return self.form.cleaned_data.get("q", "") if self.is_valid() else ""

    @property
    def chosen_status(self) -> str:
        """The status that is filtered by; nothing if none is, or none that exists."""
        status: str = "" if self.form.has_error("status") else self.form.cleaned_data["status"]
        return status

    @property
    def is_set_beyond(self) -> bool:
        """Whether more is asked for than words, well or badly."""
        return any(self.data.get(name) for name in self.filters if name != "q")


TO_SEE_TO = "a_revoir"


class MailFilter(ListFilter):
    """E-mails by client, state, kind and the day they were written."""

    client = CharFilter(label="Client", max_length=120, method="filter_by_client", widget=SearchBox)
    state = ChoiceFilter(
        label="État",
        choices=[(TO_SEE_TO, "À revoir"), *Mail.State.choices],
        empty_label="Tous",
        method="filter_by_state",
    )
    since = DateFilter(label="Du", widget=DAY, method="filter_since")
    until = DateFilter(label="Au", widget=DAY, method="filter_until")

    class Meta:
        model = Mail
        fields: list[str] = []

    def filter_by_client(self, mails: QuerySet[Mail], _: str, text: str) -> QuerySet[Mail]:
        return mails.filter(account__in=meant(text).values("account"))

    def filter_by_state(self, mails: QuerySet[Mail], _: str, state: str) -> QuerySet[Mail]:
        return mails.filter(pk__in=lost_mails().values("pk")) if state == TO_SEE_TO else mails.filter(state=state)

    def filter_since(self, mails: QuerySet[Mail], _: str, day: date) -> QuerySet[Mail]:
        return mails.filter(operation__at__gte=midnight(day))

    def filter_until(self, mails: QuerySet[Mail], _: str, day: date) -> QuerySet[Mail]:
        return mails.filter(operation__at__lt=midnight(day + ONE_DAY)) if day < date.max else mails
