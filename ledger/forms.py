"""Forms whose acceptance is an operation."""

from typing import ClassVar

from django.http import HttpRequest
from django.utils import timezone

from ledger.models import Operation
from office.access import user_of
from office.forms import OperationForm


class PostingForm(OperationForm):
    """A form that leads to an operation of one kind; sent twice, it leads to its first result."""

    operation_kind: ClassVar[Operation.Kind]

    def operation(self, request: HttpRequest) -> Operation:
        """The operation of a valid form, not saved: who sends it, now, with its key and the digest of its input."""
        now = timezone.now()
        return Operation(
            kind=self.operation_kind,
            user=user_of(request),
            at=now,
            day=timezone.localdate(now),
            key=self.idempotency_key,
            digest=self.digest(),
        )
