"""What the list of clients is filtered by."""

from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet

from clients.queries import bears
from ledger.models import ClientAccount


class ClientFilter(FilterSet):
    """Clients by what they are found by, in one field."""

    q = CharFilter(label="Code, nom, e-mail ou téléphone", max_length=120, method="filter_by_words")

    class Meta:
        model = ClientAccount
        fields: list[str] = []

    def filter_by_words(self, accounts: QuerySet[Any], _: str, text: str) -> QuerySet[Any]:
        return accounts.filter(bears(text, "client__"))

    @property
    def text(self) -> str:
        """What is searched; nothing if it was refused."""
        return self.form.cleaned_data.get("q", "") if self.is_valid() else ""
