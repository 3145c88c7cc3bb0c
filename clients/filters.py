"""What the list of clients is filtered by."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, Filter, ModelChoiceFilter

from clients.models import Client
from clients.queries import bears, with_figures
from ledger.balance import STATUSES
from office.filters import ListFilter
from office.forms import AmountField, SearchBox
from office.models import Site


class AmountFilter(Filter):
    """Rows whose amount is so much at least, or at most."""

    field_class = AmountField


def _at_least(name: str, label: str, **options: Any) -> AmountFilter:
    return AmountFilter(label=f"{label} à partir de", field_name=name, lookup_expr="gte", max_length=20, **options)


def _at_most(name: str, label: str, **options: Any) -> AmountFilter:
    return AmountFilter(label=f"{label} jusqu’à", field_name=name, lookup_expr="lte", max_length=20, **options)


class ClientFilter(ListFilter):
    """Clients by each column of their list; their accounts are only joined where a filter is about them.

    today: the day of their status.
    """

    q = CharFilter(label="Code, nom, e-mail ou téléphone", max_length=120, method="filter_by_words", widget=SearchBox)
    site = ModelChoiceFilter(label="Établissement", queryset=Site.objects.order_by("name", "pk"), empty_label="Tous")
    status = ChoiceFilter(label="Statut", choices=list(STATUSES.items()), empty_label="Tous", method="filter_by_figure")
    walk_in = ChoiceFilter(
        label="Passagers",
        choices=[("oui", "Seulement"), ("non", "Sans")],
        empty_label="Avec",
        method="filter_walk_in",
    )
    archived = ChoiceFilter(
        label="Archivés",
        choices=[("oui", "Seulement"), ("tous", "Avec")],
        empty_label="Sans",
        method="filter_archived",
    )
    invoiced_min, invoiced_max = (make("account__invoiced", "Facturé") for make in (_at_least, _at_most))
    collected_min, collected_max = (make("account__collected", "Encaissé") for make in (_at_least, _at_most))
    outstanding_min, outstanding_max = (make("account__open_debit", "Encours") for make in (_at_least, _at_most))
    balance_min = _at_least("balance__gte", "Solde", method="filter_by_figure")
    balance_max = _at_most("balance__lte", "Solde", method="filter_by_figure")

    class Meta:
        model = Client
        fields: list[str] = []

    def __init__(self, data: Mapping[str, Any], clients: QuerySet[Client], *, today: date) -> None:
        super().__init__(data, clients)
        self.today = today

    def filter_by_words(self, clients: QuerySet[Client], _: str, text: str) -> QuerySet[Client]:
        return clients.filter(bears(text))

    def filter_by_figure(self, clients: QuerySet[Client], name: str, value: Any) -> QuerySet[Client]:
        return with_figures(clients, today=self.today).filter(**{name: value})

    def filter_walk_in(self, clients: QuerySet[Client], _: str, choice: str) -> QuerySet[Client]:
        return clients.filter(account__walk_in=choice == "oui")

    def filter_archived(self, clients: QuerySet[Client], _: str, choice: str) -> QuerySet[Client]:
        return clients.filter(is_archived=True) if choice == "oui" else clients

    def filter_queryset(self, queryset: QuerySet[Client]) -> QuerySet[Client]:
        clients: QuerySet[Client] = super().filter_queryset(queryset)
        return clients if self.form.cleaned_data.get("archived") else clients.filter(is_archived=False)

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

    def address(self, **changed: str) -> str:
        """The query of the same list with some filters otherwise, from its first page."""
        query = self.data.copy()
        query.pop("page", None)
        for name, value in changed.items():
            query[name] = value
        return f"?{query.urlencode()}"
