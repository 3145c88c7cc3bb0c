"""What the list of clients is filtered by."""

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet

from clients.models import Client
from clients.queries import bears


class ClientFilter(FilterSet):
    """Clients by what they are found by, in one field."""

    q = CharFilter(label="Code, nom, e-mail ou téléphone", max_length=120, method="filter_by_words")

    class Meta:
        model = Client
        fields: list[str] = []

    def filter_by_words(self, clients: QuerySet[Client], _: str, text: str) -> QuerySet[Client]:
        return clients.filter(bears(text))

    @property
    def text(self) -> str:
        """What is searched; nothing if it was refused."""
        return self.form.cleaned_data.get("q", "") if self.is_valid() else ""
