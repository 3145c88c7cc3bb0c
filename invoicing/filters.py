"""What the catalogue is filtered by."""

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, ModelChoiceFilter

from invoicing.models import Category, Item
from invoicing.queries import words_in
from office.filters import ListFilter


class ItemFilter(ListFilter):
    """Items with their prices, by word, category, type and whether they are archived."""

    q = CharFilter(label="Code ou nom", max_length=120, method="filter_by_words")
    category = ModelChoiceFilter(
        label="Catégorie", queryset=Category.objects.order_by("position", "name", "pk"), empty_label="Toutes"
    )
    kind = ChoiceFilter(label="Type", choices=Item.Kind.choices, empty_label="Tous")
    archived = ChoiceFilter(
        label="Archivés",
        choices=[("oui", "Seulement"), ("tous", "Avec")],
        empty_label="Sans",
        method="filter_archived",
    )

    class Meta:
        model = Item
        fields: list[str] = []

    def filter_by_words(self, items: QuerySet[Item], _: str, text: str) -> QuerySet[Item]:
        return items.filter(words_in(text, "search"))

    def filter_archived(self, items: QuerySet[Item], _: str, choice: str) -> QuerySet[Item]:
        return items.filter(is_archived=True) if choice == "oui" else items

    def filter_queryset(self, queryset: QuerySet[Item]) -> QuerySet[Item]:
        items: QuerySet[Item] = super().filter_queryset(queryset)
        return items if self.form.cleaned_data.get("archived") else items.filter(is_archived=False)

    @property
    def text(self) -> str:
        """What is searched; nothing if it was refused."""
        return self.form.cleaned_data.get("q", "") if self.is_valid() else ""
