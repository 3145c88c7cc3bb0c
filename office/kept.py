"""Files of documents, kept as they were first made: how one comes to be, and how it is handed out."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from office.events import record
from office.models import Event, KeptFile, User


class Damaged(Exception):
    """The bytes that are kept aren't those that were."""


def kept_file(subject: str, key: int, *, name: str, at: datetime, make: Callable[[], bytes]) -> KeptFile:
    """The file of a document: the one that is kept, or else made now and kept for good.

    Of two made at once, the first stays. Raises Damaged.
    """
    found = KeptFile.objects.filter(subject=subject, key=key)
    file = found.first()
    if file is None:
        content = make()
        digest = hashlib.sha256(content).hexdigest()
        made = KeptFile(subject=subject, key=key, name=name, content=content, sha256=digest, made_at=at)
        KeptFile.objects.bulk_create([made], ignore_conflicts=True)
        file = found.get()
    checked(file)
    return file


def checked(file: KeptFile) -> bytes:
    """The bytes of a kept file, which are those it was made of. Raises Damaged."""
    content = bytes(file.content)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Damaged(file.name)
    return content


@transaction.atomic
def hand_out(file: KeptFile, *, by: User | None, what: str) -> int:
    """Log that a file is printed or downloaded. Answers how often it was by now."""
    rank = KeptFile.objects.select_for_update(no_key=True).values_list("prints", flat=True).get(pk=file.pk) + 1
    KeptFile.objects.filter(pk=file.pk).update(prints=rank)
    record(Event.Kind.PRINT, {"pièce": what, "exemplaire": rank}, user=by)
    return rank
