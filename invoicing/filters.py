"""What the catalogue, and visits to invoice, are filtered by."""

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, DateFilter, ModelChoiceFilter

from invoicing.models import Category, Item, Visit
from invoicing.queries import words_in
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


class WaitingVisitFilter(VisitFilter):
    """The visits to invoice of all clients, by site too."""

    site = ModelChoiceFilter(label="Établissement", queryset=Site.objects.order_by("name", "pk"), empty_label="Tous")
