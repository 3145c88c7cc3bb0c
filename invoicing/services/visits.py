"""What is done for a client, and what of it waits to be invoiced."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db.models import F, Value
from django.db.models.functions import Greatest

from clients.models import Client
from invoicing.models import Nature, PricedLine, Visit, VisitLine, VisitSpell
from invoicing.queries import invoiced_lines, live_spells, waiting_lines
from invoicing.vat import document_amounts
from ledger.models import Operation, Party
from ledger.services import OpenDays, check_party, lock, open_days, posting
from office.editing import check_version
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


class DayOfInvoiced(SoldeError):
    """A visit keeps its day once something of it is invoiced: the invoice is never dated before it."""

    field = "day"

    def __init__(self) -> None:
        super().__init__("Une partie de cette visite est facturée\u00a0: sa date ne change plus.")


class NegativeVisit(SoldeError):
    """What a visit totals can't be below 0."""

    def __init__(self) -> None:
        super().__init__("Le total d’une visite ne peut pas être négatif.")


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as it is typed: prices VAT included or not, as its visit or invoice says.

    item: the key of what it was picked from in the catalogue, None for a free line.
    """

    label: str
    unit_price: Decimal
    vat_rate: Decimal
    quantity: Decimal = Decimal(1)
    discount: Decimal = Decimal(0)
    nature: str = Nature.SERVICE
    account: str = ""
    item: int | None = None

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
            "item_id": self.item,
        }

    def is_told_by(self, line: PricedLine) -> bool:
        """Whether a stored line says the same, its rank apart."""
        return all(getattr(line, name) == value for name, value in self.values(line.position).items())


class VisitDetails(TypedDict, total=False):
    """What of a visit may change, its basket apart; who came stays: another passer-by is another visit."""

    day: date
    kind: str
    progress: str
    site: Site | None
    subject: str


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
    party: a passer-by who is known already, or a new one, not saved yet.
    Raises VisitInFuture, PartyNeeded, NegativeVisit. Source: rules, « To invoice ».
    """
    _check_day(day, op)
    check_party(client.account, party)
    lock(client.account)
    visit = Visit.objects.create(
        client=client,
        party=come_by(party),
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


def come_by(party: Party | None) -> Party | None:
    """A passer-by, saved if they are new."""
    if party is not None and party.pk is None:
        party.save(force_insert=True)
    return party


def _check_day(day: date, op: Operation) -> None:
    if day > op.day:
        raise VisitInFuture


@posting
def change_visit(
    *,
    visit: Visit,
    lines: Sequence[NewLine],
    op: Operation,
    version: int | None = None,
    **details: Unpack[VisitDetails],
) -> Visit:
    """Replace the lines of a visit that are not invoiced; what they come to counts from today on.

    A line that says what it said is left alone, and so is what it counted for. In a closed period the change counts
    from the first open day. version: the one that was seen. details: what else changes.
    Raises SavedMeanwhile, AlreadyInvoiced if a line stands on a draft, VisitInFuture, DayOfInvoiced, NegativeVisit.
    """
    lock(visit.client.account)
    check_version(visit, version)
    former = list(waiting_lines([visit]))
    if drafted := [line for line in former if line.invoice_line_id is not None]:
        raise AlreadyInvoiced(drafted[0])
    if details.get("day", visit.day) != visit.day:
        _check_day(details["day"], op)
        if invoiced_lines(visit).exists():
            raise DayOfInvoiced
    for name, value in details.items():
        setattr(visit, name, value)
    visit.version += 1
    visit.save()
    days = open_days(op)
    _replace(visit, former, lines, on=days.unlocked_from(op.day))
    restate([visit], on=op.day, days=days)
    return visit


def _replace(visit: Visit, former: Sequence[VisitLine], lines: Sequence[NewLine], *, on: date) -> None:
    left = list(former)
    fresh = []
    for rank, line in enumerate(lines, start=1):
        same = next((known for known in left if line.is_told_by(known)), None)
        if same is None:
            fresh.append(VisitLine(visit=visit, **line.values(rank)))
            continue
        left.remove(same)
        if same.position != rank:
            VisitLine.objects.filter(pk=same.pk).update(position=rank)
    VisitLine.objects.filter(pk__in=[line.pk for line in left]).update(is_removed=True)
    _end(left, on=on)
    VisitLine.objects.bulk_create(fresh)


def restate(visits: Iterable[Visit], *, on: date, days: OpenDays) -> None:
    """Begin new spells, on a day, for the lines of visits whose amount to invoice is another than before.

    A visit's amount is what an invoice of its lines still to invoice would total: when one is taken or
    given back, VAT rounding can move the others. on: the first day it counts, if it is open.
    """
    since = days.unlocked_from(on)
    for visit in visits:
        lines = list(waiting_lines([visit]))
        amounts = document_amounts([line.quoted for line in lines], prices_include_vat=visit.prices_include_vat)
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
