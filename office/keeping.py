"""Files of data that users ask for: made by a job, kept some days under a random name, then forgotten."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from office.events import record
from office.models import Event, Export, User

KEPT = timedelta(days=7)


@transaction.atomic
def ask(subject: str, *, by: User, at: datetime, job: Callable[..., Any], title: str = "") -> bool:
    """Have an export made, unless one of the same subject is under way. Answers whether it was asked for now.

    job: what queues it, given the export's key as `key`. title: what a user reads of it, by default its subject.
    """
    wanted = Export(subject=subject, title=title, name=token_hex(16), asked_by=by, asked_at=at)
    Export.objects.bulk_create([wanted], ignore_conflicts=True)
    asked = Export.objects.filter(name=wanted.name).first()
    if asked is None:
        return False
    record(Event.Kind.EXPORT, {"action": "demandé", "contenu": title or subject}, user=by)
    job(key=asked.pk)
    return True


def begin(key: int, *, at: datetime) -> Export | None:
    """The export that a job has to make, from its first row on; None if that is done already."""
    under_way = Export.objects.filter(pk=key, ended_at=None)
    under_way.update(begun_at=at, done=0, total=0)
    return under_way.first()


def note(key: int, done: int, total: int) -> None:
    """Tell how far an export has come, in rows."""
    Export.objects.filter(pk=key, ended_at=None).update(done=done, total=total)


def keep(export: Export, file: IO[bytes], *, at: datetime) -> None:
    """Keep the file of an export, with its size and SHA-256: it can be fetched from now on."""
    file.seek(0)
    export.sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a temporary file
    export.size = file.tell()
    export.ended_at = at
    default_storage.delete(export.path)  # what a job that was cut off here may have left
    default_storage.save(export.path, File(file))
    export.save(update_fields=["sha256", "size", "ended_at"])


def name(export: Export, title: str) -> None:
    """Tell what an export shows, now that it is known."""
    Export.objects.filter(pk=export.pk).update(title=title)


def fail(export: Export, *, at: datetime) -> None:
    """Give an export up: another one may be asked for."""
    Export.objects.filter(pk=export.pk).update(ended_at=at)


def forget_old(now: datetime) -> None:
    """Delete what ended longer ago than it is kept, the file first; the event log still tells who asked for it."""
    for export in Export.objects.filter(Q(ended_at__lt=now - KEPT)).order_by("pk"):
        default_storage.delete(export.path)
        export.delete()
