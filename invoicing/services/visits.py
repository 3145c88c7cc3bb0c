"""What is done for a client, and what of it waits to be invoiced."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Value
from django.db.models.functions import Greatest

from clients.models import Client
from invoicing.models import Nature, Visit, VisitLine, VisitSpell
from invoicing.queries import live_spells, waiting_lines
from invoicing.vat import QuotedLine, document_amounts
from ledger.models import Operation, Party
from ledger.services import OpenDays, check_party, lock, open_days, posting
from office.errors import SoldeError
from office.models import Site

REVENUE = {Nature.SERVICE: "706", Nature.GOODS: "707"}


class VisitInFuture(SoldeError):
    """A visit happens today or happened before."""

    field = "day"

    def __init__(self) -> None:
        super().__init__("Une visite ne peut pas être datée d’un jour à venir.")


class AlreadyInvoiced(SoldeError):
    """The line stands on an invoice or a draft: it changes there, or not at all."""

    def __init__(self, line: VisitLine) -> None:
        super().__init__(f"« {line.label} » est déjà sur une facture.")


class NegativeVisit(SoldeError):
    """What a visit totals can't be below 0."""

    def __init__(self) -> None:
        super().__init__("Le total d’une visite ne peut pas être négatif.")


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as it is typed: prices VAT included or not, as its visit or invoice says."""

    label: str
    unit_price: Decimal
    vat_rate: Decimal
    quantity: Decimal = Decimal(1)
    discount: Decimal = Decimal(0)
    nature: str = Nature.SERVICE
    account: str = ""

    def values(self, position: int) -> dict[str, object]:
        """The columns of the priced line at a rank."""
        return {
            "position": position,
            "label": self.label,
            "quantity": self.quantity,
            "unit_price": self.unit_price,
            "discount": self.discount,
            "vat_rate": self.vat_rate,
            "nature": self.nature,
            "account_id": self.account or REVENUE[Nature(self.nature)],
        }


def quoted(line: VisitLine) -> QuotedLine:
    """What a stored line says, as VAT is computed from it."""
    return QuotedLine(line.quantity, line.unit_price, line.vat_rate, line.discount)


@posting
def record_visit(
    *,
    client: Client,
    day: date,
    lines: Sequence[NewLine],
    op: Operation,
    kind: str = Visit.Kind.CONSULTATION,
    progress: str = Visit.Progress.FINISHED,
    site: Site | None = None,
    party: Party | None = None,
    subject: str = "",
    prices_include_vat: bool = True,
) -> Visit:
    """Record what was done for or sold to a client; it is to invoice from its day on.

    day: the visit's, never after today. In a closed period it counts from the first open day.
    Raises VisitInFuture, PartyNeeded, NegativeVisit. Source: rules, « To invoice ».
    """
    if day > op.day:
        raise VisitInFuture
    check_party(client.account, party)
    lock(client.account)
    visit = Visit.objects.create(
        client=client,
        party=party,
        site=site,
        kind=kind,
        day=day,
        progress=progress,
        subject=subject,
        prices_include_vat=prices_include_vat,
        operation=op,
    )
    VisitLine.objects.bulk_create(
        VisitLine(visit=visit, **line.values(rank)) for rank, line in enumerate(lines, start=1)
    )
    restate([visit], on=day, days=open_days(op))
    return visit


@posting
def change_visit(*, visit: Visit, lines: Sequence[NewLine], op: Operation) -> Visit:
    """Replace the lines of a visit that are not invoiced; what they come to counts from today on.

    In a closed period it counts from the first open day.
    Raises AlreadyInvoiced if one stands on a draft, NegativeVisit.
    """
    lock(visit.client.account)
    former = list(waiting_lines([visit]))
    if drafted := [line for line in former if line.invoice_line_id is not None]:
        raise AlreadyInvoiced(drafted[0])
    VisitLine.objects.filter(pk__in=[line.pk for line in former]).update(is_removed=True)
    days = open_days(op)
    _end(former, on=days.unlocked_from(op.day))
    VisitLine.objects.bulk_create(
        VisitLine(visit=visit, **line.values(rank)) for rank, line in enumerate(lines, start=1)
    )
    restate([visit], on=op.day, days=days)
    return visit


def restate(visits: Iterable[Visit], *, on: date, days: OpenDays) -> None:
    """Begin new spells, on a day, for the lines of visits whose amount to invoice is another than before.

    A visit's amount is what an invoice of its lines still to invoice would total: when one is taken or
    given back, VAT rounding can move the others. on: the first day it counts, if it is open.
    """
    since = days.unlocked_from(on)
    for visit in visits:
        lines = list(waiting_lines([visit]))
        amounts = document_amounts([quoted(line) for line in lines], prices_include_vat=visit.prices_include_vat)
        if amounts.ttc < 0:
            raise NegativeVisit
        running = live_spells(lines)
        changed = [
            (line, taxed.ttc)
            for line, taxed in zip(lines, amounts.lines, strict=True)
            if line.pk not in running or running[line.pk].amount != taxed.ttc
        ]
        _end([line for line, _ in changed], on=since)
        VisitSpell.objects.bulk_create(
            VisitSpell(
                line=line,
                account=visit.client.account,
                party=visit.party,
                since=_after(line, running, since),
                amount=ttc,
            )
            for line, ttc in changed
        )


def _after(line: VisitLine, running: dict[int, VisitSpell], since: date) -> date:
    """A new spell never begins before the one that it replaces."""
    return max(since, running[line.pk].since) if line.pk in running else since


def end_spells(lines: Sequence[VisitLine], *, on: date) -> None:
    """End every spell of lines on the day they are invoiced; one begun after it counts on no day."""
    VisitSpell.objects.filter(line__in=list(lines)).exclude(until__lte=on).exclude(until=F("since")).update(
        until=Greatest(F("since"), Value(on))
    )


def _end(lines: Sequence[VisitLine], *, on: date) -> None:
    VisitSpell.objects.filter(line__in=list(lines), until=None).update(until=Greatest(F("since"), Value(on)))
