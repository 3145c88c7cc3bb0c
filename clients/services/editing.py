"""Changing what is known of a client, with its history; two desks at once don't overwrite each other unseen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from clients.models import Address, Animal, Change, Client, Contact, Note
from clients.queries import changes_since
from clients.searching import animal_text, search_text
from clients.services.registering import FIELDS
from office.editing import ChangedMeanwhile
from office.events import changes
from office.folding import sort_key
from office.models import User

Row = Contact | Address | Animal | Note
Rows = Mapping[type[Row], Sequence[Row]]


@transaction.atomic
def change_client(*, edited: Client, rows: Rows, version: int, by: User) -> bool:
    """Keep what a form says of a client, and answer whether that is anything new.

    rows: of each kind that the form showed, all there are to be; one with the key of none is new.
    version: of the client as the form showed it. What is so already is no change, whoever made it.
    Raises ChangedMeanwhile.
    """
    stored = _locked(edited)
    said = changes(stored, edited, FIELDS)
    wanted = [(kind, *_compared(stored, kind, given)) for kind, given in rows.items()]
    said += [change for _, found, _, _ in wanted for change in found]
    if not said:
        return False
    if stored.version != version:
        raise ChangedMeanwhile(changes_since(stored, version), stored.version)
    for kind, _, kept, gone in wanted:
        _save(kind, edited, kept, gone)
    edited.sort_key = sort_key(f"{edited.name} {edited.given_name}")
    edited.search = search_text(edited, edited.contacts.order_by("pk"), edited.animals.order_by("pk"))
    _note(edited, stored.version, "Fiche modifiée", said, by=by, fields=[*FIELDS, "sort_key", "search"])
    return True


@transaction.atomic
def archive_client(client: Client, *, by: User) -> None:
    """Take a client out of the lists; its account goes on, and nothing of it is lost."""
    _set_archived(client, archived=True, by=by)


@transaction.atomic
def unarchive_client(client: Client, *, by: User) -> None:
    """Bring an archived client back into the lists."""
    _set_archived(client, archived=False, by=by)


def _set_archived(client: Client, *, archived: bool, by: User) -> None:
    stored = _locked(client)
    if stored.is_archived != archived:
        stored.is_archived = archived
        _note(stored, stored.version, "Archivé" if archived else "Réactivé", [], by=by, fields=["is_archived"])


def _locked(client: Client) -> Client:
    return Client.objects.select_for_update(no_key=True, of=("self",)).select_related("site").get(pk=client.pk)


def _note(
    client: Client, version: int, about: str, said: list[dict[str, str]], *, by: User, fields: Iterable[str]
) -> None:
    client.version = version + 1
    client.save(update_fields=[*fields, "version"])
    Change.objects.create(client=client, version=client.version, user=by, about=about, changes=said)


def _compared(
    client: Client, kind: type[Row], given: Sequence[Row]
) -> tuple[list[dict[str, str]], list[Row], dict[int, Row]]:
    """What rows say otherwise than those of the client, those to save, and by key those that are no more."""
    stored: dict[int, Row] = {row.pk: row for row in kind._default_manager.filter(client=client).order_by("pk")}
    found, kept = [], []
    for row in given:
        before = stored.pop(row.pk, None) if row.pk else None
        if before is None:
            row.pk = None  # a row that somebody removed meanwhile is new again
        was = str(before) if before else ""
        if was != str(row):
            found.append(_change(kind, was, str(row)))
            kept.append(row)
    found += [_change(kind, str(row), "") for row in stored.values()]
    return found, kept, stored


def _change(kind: type[Row], before: str, after: str) -> dict[str, str]:
    return {"field": str(kind._meta.verbose_name), "before": before, "after": after}


def _save(kind: type[Row], client: Client, kept: Iterable[Any], gone: Iterable[int]) -> None:
    kind._default_manager.filter(client=client, pk__in=gone).delete()
    for row in kept:
        row.client = client
        if isinstance(row, Animal):
            row.search = animal_text(row)
        row.save()
