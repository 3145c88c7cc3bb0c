"""The incidents of one client on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.models import ClientAccount, Document, Kind
from office.amounts import ZERO
from office.asking import Question
from office.compiled import Compiled
from payments.incidents import OPEN, PART_SETTLED
from payments.models import Incident
from payments.queries import Told, told_incidents


@dataclass(frozen=True, slots=True)
class Incidents:
    """All incidents of an account, as they stand on the day."""

    told: tuple[Told, ...]

    @property
    def going_on(self) -> list[Told]:
        """Those that have something left to settle."""
        return [one for one in self.told if one.state in (OPEN, PART_SETTLED)]

    @property
    def part_settled(self) -> list[Told]:
        """Those that are settled in part."""
        return [one for one in self.told if one.state == PART_SETTLED]

    @property
    def left(self) -> Decimal:
        """What is left to settle of all of them."""
        return sum((one.left for one in self.told), ZERO)

    @property
    def torn(self) -> list[int]:
        """The documents on which one of them has something left, fees apart."""
        return sorted({part.item.document_id for one in self.told for part in one.parts if part.item.kind != Kind.FEE})


_DOCUMENTS = Document.objects.filter(kind=Document.Kind.INCIDENT).order_by()
_ANY = Compiled(lambda account: _DOCUMENTS.filter(account=account).values_list("pk", flat=True)[:1], account=int)


def any_incident(account: int) -> Question[list[int]]:
    """Whether an account has had incidents: the document of one, if there is any. account: its key."""
    return _ANY(account=account)


def incidents_of(account: ClientAccount, on: date | None = None, *, bounced: bool | None = None) -> Incidents:
    """The incidents of an account, oldest first. on: a past day, to its end; None for today.

    bounced: whether it has had any, if that is known.
    """
    if bounced is None:
        bounced = bool(any_incident(account.pk).now())
    if not bounced:  # most have none
        return Incidents(())
    found = Incident.objects.filter(document__account=account, document__kind=Document.Kind.INCIDENT)
    related = ["document", "payment__document"]
    if on is not None:  # when it was cancelled or closed: of today whether is enough
        found, related = found.filter(document__day__lte=on), [*related, "cancelled_by", "closed_by"]
    incidents = list(found.select_related(*related).order_by("document__day", "pk"))
    told = told_incidents(incidents, on) if incidents else {}
    return Incidents(tuple(told[one.pk] for one in incidents))


def amount_of(incident: Incident) -> Decimal:
    """What bounced, and its fee, VAT included."""
    return Decimal(incident.payment.amount.amount + incident.fee.amount)


def rows_of(incidents: Incidents) -> Iterator[tuple[int, int, date, str, Decimal, Decimal]]:
    """Of each its document, that of its payment, its day, its state, its amount and what is left of it."""
    for one in incidents.told:
        incident = one.incident
        document = incident.document
        yield document.pk, incident.payment.document_id, document.day, one.state, amount_of(incident), one.left
