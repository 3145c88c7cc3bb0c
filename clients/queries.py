"""Reads of clients."""

from django.db.models import IntegerField, Max, QuerySet
from django.db.models.functions import Cast, Substr

from clients.models import Client
from office.folding import fold


def next_code() -> int:
    """The number of the next generated code, C-00042."""
    generated = Client.objects.filter(code__regex=r"^C-\d{5,}$")
    last: int | None = generated.aggregate(last=Max(Cast(Substr("code", 3), IntegerField())))["last"]
    return (last or 0) + 1


def found(text: str) -> QuerySet[Client]:
    """The clients that bear every word of `text` in code, name, e-mail or phone, by name.

    Case, accents and ligatures don't count.
    """
    clients = Client.objects.filter(is_archived=False)
    for word in fold(text).split():
        clients = clients.filter(search__contains=word)
    return clients.order_by("sort_key", "pk")
