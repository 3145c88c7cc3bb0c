"""Reads of one client's records: its history, its alerts, and who it may be already."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from clients.models import Change, Client
from clients.searching import dialled
from ledger.models import ClientAccount, Document, Line, Operation
from office.folding import sort_key


def history(client: Client) -> QuerySet[Change]:
    """All changes of a client, newest first."""
    return Change.objects.filter(client=client).select_related("user").order_by("-version")


def changes_since(client: Client, version: int) -> list[Change]:
    """What was changed of a client since its version `version`, oldest first."""
    return list(history(client).filter(version__gt=version).order_by("version"))


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


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening balance that was set, or the reversal that cancelled one. amount: above 0 if the client owed it."""

    reference: str
    at: datetime
    by: str
    day: date
    due: date
    amount: Decimal
    is_reversal: bool
    is_live: bool


def openings(account: ClientAccount) -> list[Opening]:
    """The opening balances of an account and what cancelled them, newest first."""
    lines = Line.objects.filter(client_account=account, entry__document__kind=Document.Kind.OPENING)
    related = lines.select_related("entry__document", "entry__operation__user", "entry__reversed_by")
    return [_opening(line) for line in related.order_by("-entry__posted_at", "-entry", "-pk")]


def _opening(line: Line) -> Opening:
    entry, user = line.entry, line.entry.operation.user
    if line.due is None:
        raise ValueError("A line of a client account has a due day.")
    return Opening(
        reference=entry.document.reference,
        at=entry.posted_at,
        by=(user.get_full_name() or user.username) if user else "",
        day=entry.day,
        due=line.due,
        amount=line.debit - line.credit,
        is_reversal=entry.reverses_id is not None,
        is_live=entry.reverses_id is None and not hasattr(entry, "reversed_by"),
    )
