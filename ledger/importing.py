"""Files that are taken over as one operation: the file is its key, so that it is taken over once."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import TypeVar
from uuid import NAMESPACE_OID, uuid5

from django.utils.timezone import localdate

from ledger.models import Operation
from ledger.services import posting
from office.grids import AlreadyImported, FileRefused
from office.importing.subjects import File, Subject
from office.models import Event, User

T = TypeVar("T")


class BookedSubject(Subject[T]):
    """A subject whose files are taken over as one operation."""

    @abstractmethod
    def book(self, found: T, *, op: Operation) -> Mapping[str, str | int]:
        """Write all that a faultless file says, and count it by French words."""

    def take_over(self, file: File, *, by: User, at: datetime) -> Event:
        op = Operation(kind=Operation.Kind.IMPORT, user=by, at=at, day=localdate(at))
        return take_over(self, file, op=op)


def take_over(subject: BookedSubject[T], file: File, *, op: Operation) -> Event:
    """Take a file over whole, and give the event of the log. op: not yet under way.

    Raises FileRefused with every fault, AlreadyImported, PeriodClosed, DayInFuture. Source: rules, « Imports ».
    """
    op.digest = sha256(file.content).hexdigest()
    op.key = uuid5(NAMESPACE_OID, f"{subject.name}:{op.digest}")
    event = _take_over(subject, file, op=op)
    if op.pk is None:
        raise AlreadyImported(event)
    return event


@posting
def _take_over(subject: BookedSubject[T], file: File, *, op: Operation) -> Event:
    checked = subject.check(file.grid, file.matching)
    if checked.faults:
        raise FileRefused(checked.faults)
    counts = subject.book(checked.found, op=op)
    return Event.objects.create(kind=Event.Kind.IMPORT, user=op.user, detail={"sha256": op.digest, **counts})
