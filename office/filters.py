"""What lists are filtered by, and the event log."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm, DateInput
from django.utils.timezone import get_current_timezone
from django_filters import ChoiceFilter, DateFilter, FilterSet, ModelChoiceFilter

from office.models import Event, User

ONE_DAY = timedelta(days=1)
DAY = DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ListFilter(FilterSet):
    """The filters of a list, from its address. Its fields are the same whatever is filtered."""

    form_class: type[BaseForm]

    def get_form_class(self) -> type[BaseForm]:
        kind = type(self)
        if "form_class" not in vars(kind):
            kind.form_class = super().get_form_class()
        return kind.form_class

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for, well or badly."""
        return any(self.data.get(name) for name in self.filters)

    def address(self, **changed: str) -> str:
        """The query of the same list with some filters otherwise, from its first page."""
        query = self.data.copy()
        query.pop("page", None)
        for name, value in changed.items():
            query[name] = value
        return f"?{query.urlencode()}"


def archived_choice() -> ChoiceFilter:
    """The field of an `ArchivableFilter`, which stands where its list puts it."""
    choices = [("oui", "Seulement"), ("tous", "Avec")]
    return ChoiceFilter(label="Archivés", choices=choices, empty_label="Sans", method="filter_archived")


class ArchivableFilter(ListFilter):
    """The filters of a list whose records can be archived: without those, unless `archived` asks for them."""

    def filter_archived(self, records: QuerySet[Any], _: str, choice: str) -> QuerySet[Any]:
        return records.filter(is_archived=True) if choice == "oui" else records

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        records: QuerySet[Any] = super().filter_queryset(queryset)
        return records if self.form.cleaned_data.get("archived") else records.filter(is_archived=False)


class EventFilter(ListFilter):
    """Events by kind, user and day."""

    kind = ChoiceFilter(label="Nature", choices=Event.Kind.choices, empty_label="Toutes")
    user = ModelChoiceFilter(label="Utilisateur", queryset=User.objects.order_by("username", "pk"), empty_label="Tous")
    since = DateFilter(label="Du", widget=DAY, method="filter_since")
    until = DateFilter(label="Au", widget=DAY, method="filter_until")

    class Meta:
        model = Event
        fields: list[str] = []

    def filter_since(self, events: QuerySet[Event], _: str, day: date) -> QuerySet[Event]:
        return events.filter(at__gte=midnight(day))

    def filter_until(self, events: QuerySet[Event], _: str, day: date) -> QuerySet[Event]:
        return events.filter(at__lt=midnight(day + ONE_DAY)) if day < date.max else events


def midnight(day: date) -> datetime:
    """The moment that a day begins here."""
    return datetime.combine(day, time.min, get_current_timezone())
