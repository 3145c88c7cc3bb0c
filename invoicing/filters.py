"""What the catalogue, visits and invoices are filtered by."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, DateFilter, ModelChoiceFilter

from clients.filters import at_least, at_most
from invoicing.models import BatchItem, Category, Invoice, Item, Visit
from invoicing.queries import VISIT_STATES, disputed, invoices_in_state, left_of, of_whom, visits_in_state, words_in
from invoicing.statuses import STATUSES
from office.filters import DAY, ArchivableFilter, ListFilter, archived_choice
from office.models import Site


class ItemFilter(ArchivableFilter):
    """Items with their prices, by word, category, type and whether they are archived."""

    q = CharFilter(label="Code ou nom", max_length=120, method="filter_by_words")
    category = ModelChoiceFilter(
        label="Catégorie", queryset=Category.objects.order_by("position", "name", "pk"), empty_label="Toutes"
    )
    kind = ChoiceFilter(label="Type", choices=Item.Kind.choices, empty_label="Tous")
    archived = archived_choice()

    class Meta:
        model = Item
        fields: list[str] = []

    def filter_by_words(self, items: QuerySet[Item], _: str, text: str) -> QuerySet[Item]:
        return items.filter(words_in(text, "search"))

    @property
    def text(self) -> str:
        """What is searched; nothing if it was refused."""
        return self.form.cleaned_data.get("q", "") if self.is_valid() else ""


class VisitFilter(ListFilter):
    """A client's visits to invoice by period and by how far they are."""

    since = DateFilter(label="Du", widget=DAY, field_name="day", lookup_expr="gte")
    until = DateFilter(label="Au", widget=DAY, field_name="day", lookup_expr="lte")
    progress = ChoiceFilter(label="Avancement", choices=Visit.Progress.choices, empty_label="Toutes")

    class Meta:
        model = Visit
        fields: list[str] = []


class BatchVisitFilter(VisitFilter):
    """The visits that a batch would invoice, by site and kind too."""

    site = ModelChoiceFilter(label="Établissement", queryset=Site.objects.order_by("name", "pk"), empty_label="Tous")
    kind = ChoiceFilter(label="Type", choices=Visit.Kind.choices, empty_label="Tous")

    @property
    def about(self) -> str:
        """What a valid filter chooses, in words."""
        given = self.form.cleaned_data
        since, until = given.get("since"), given.get("until")
        words = [
            f"depuis le {since:%d/%m/%Y}" if since and not until else "",
            f"jusqu’au {until:%d/%m/%Y}" if until and not since else "",
            f"du {since:%d/%m/%Y} au {until:%d/%m/%Y}" if since and until else "",
            *(
                str(dict(choices)[given[name]]).lower() if given.get(name) else ""
                for name, choices in (("progress", Visit.Progress.choices), ("kind", Visit.Kind.choices))
            ),
            str(given.get("site") or ""),
        ]
        said = ", ".join(filter(None, words))
        return f"Visites {said}" if said else "Toutes les visites à facturer"


class BatchItemFilter(ListFilter):
    """What a batch made, by its result."""

    outcome = ChoiceFilter(label="Résultat", choices=BatchItem.Outcome.choices, empty_label="Tous")
    handed = ChoiceFilter(
        label="Remise au client",
        choices=[("email", "Par e-mail"), ("papier", "Imprimées"), ("pas-envoyees", "Pas envoyées")],
        empty_label="Toutes",
        method="filter_handed",
    )

    class Meta:
        model = BatchItem
        fields: list[str] = []

    def filter_handed(self, items: QuerySet[BatchItem], _: str, how: str) -> QuerySet[BatchItem]:
        if how == "email":
            return items.filter(mail__isnull=False)
        return items.filter(printed_at__isnull=False) if how == "papier" else items.exclude(unsent="")


class WaitingVisitFilter(VisitFilter):
    """The visits to invoice of all clients, by site too."""

    site = ModelChoiceFilter(label="Établissement", queryset=Site.objects.order_by("name", "pk"), empty_label="Tous")


class SalesFilter(ListFilter):
    """What the lists of visits, invoices and credit notes of all clients are filtered by, each in its own way too."""

    FIRST = ("q", "since", "until")  # in sight, the others behind a click

    q = CharFilter(label="Client", max_length=120, method="filter_by_client")
    since = DateFilter(label="Du", widget=DAY, field_name="day", lookup_expr="gte")
    until = DateFilter(label="Au", widget=DAY, field_name="day", lookup_expr="lte")
    site = ModelChoiceFilter(label="Établissement", queryset=Site.objects.order_by("name", "pk"), empty_label="Tous")

    def filter_by_client(self, rows: QuerySet[Any], _: str, text: str) -> QuerySet[Any]:
        return rows.filter(of_whom(text))

    @property
    def first(self) -> list[Any]:
        """The fields that are in sight."""
        return [bound for bound in self.form.visible_fields() if bound.name in self.FIRST]

    @property
    def others(self) -> list[Any]:
        """The fields behind a click."""
        return [bound for bound in self.form.visible_fields() if bound.name not in self.FIRST]

    @property
    def is_set_beyond(self) -> bool:
        """Whether one of the fields behind a click is used, well or badly."""
        return any(self.data.get(bound.name) for bound in self.others)

    @property
    def chosen_status(self) -> str:
        """The status that is filtered by; nothing if none is, or none that exists."""
        self.form.full_clean()
        status: str = self.form.cleaned_data.get("status", "")
        return status


class AllVisitsFilter(SalesFilter):
    """The visits of all clients."""

    status = ChoiceFilter(
        label="Statut", choices=list(VISIT_STATES.items()), empty_label="Tous", method="filter_by_status"
    )
    kind = ChoiceFilter(label="Nature", choices=Visit.Kind.choices, empty_label="Toutes")
    progress = ChoiceFilter(label="Avancement", choices=Visit.Progress.choices, empty_label="Toutes")

    class Meta:
        model = Visit
        fields: list[str] = []

    def filter_by_status(self, visits: QuerySet[Visit], _: str, status: str) -> QuerySet[Visit]:
        return visits_in_state(visits, status)


class AllInvoicesFilter(SalesFilter):
    """The invoices of all clients. today: the day of their status."""

    status = ChoiceFilter(label="Statut", choices=list(STATUSES.items()), empty_label="Tous", method="filter_by_status")
    disputed = ChoiceFilter(
        label="En litige",
        choices=[("oui", "Seulement"), ("non", "Sans")],
        empty_label="Avec",
        method="filter_disputed",
    )
    ttc_min, ttc_max = (make("ttc", "Total TTC") for make in (at_least, at_most))
    left_min, left_max = (make("left", "Reste dû") for make in (at_least, at_most))

    class Meta:
        model = Invoice
        fields: list[str] = []

    def __init__(self, data: Mapping[str, Any], invoices: QuerySet[Invoice], *, today: date) -> None:
        super().__init__(data, invoices.alias(left=left_of()))
        self.today = today

    def filter_by_status(self, invoices: QuerySet[Invoice], _: str, status: str) -> QuerySet[Invoice]:
        return invoices_in_state(invoices, status, today=self.today)

    def filter_disputed(self, invoices: QuerySet[Invoice], _: str, choice: str) -> QuerySet[Invoice]:
        return invoices.alias(contested=disputed()).filter(contested=choice == "oui")
