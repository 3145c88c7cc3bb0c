"""Reads of one client's records: its history, its alerts, and who it may be already."""

from uuid import UUID

from django.db.models import Q, QuerySet

from clients.models import Change, Client
from clients.searching import dialled
from ledger.models import Operation
from office.folding import sort_key


def history(client: Client) -> QuerySet[Change]:
    """All changes of a client, newest first."""
    return Change.objects.filter(client=client).select_related("user").order_by("-version")


def changes_since(client: Client, version: int) -> list[Change]:
    """What was changed of a client since its version `version`, oldest first."""
    return list(history(client).filter(version__gt=version).order_by("version"))


def alerts(client: Client) -> list[str]:
    """The notes that whoever meets the client should have read."""
    return list(client.notes.filter(is_alert=True).order_by("pk").values_list("text", flat=True))


def likely_duplicates(client: Client) -> list[Client]:
    """Other clients, archived ones too, that may be this one: by name and telephone number, or by SIREN."""
    same = Q(siren=client.siren) if client.siren else Q()
    if number := dialled(client.phone):
        same |= Q(sort_key=sort_key(f"{client.name} {client.given_name}"), search__contains=number)
    if not same:
        return []
    return list(Client.objects.filter(same).exclude(pk=client.pk).order_by("is_archived", "sort_key", "pk")[:5])


def was_sent(key: UUID) -> bool:
    """Whether a form with this key has been accepted already."""
    return Operation.objects.filter(key=key).exists()
