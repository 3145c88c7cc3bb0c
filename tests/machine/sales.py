"""Visits and invoices of the model, and what is reserved for the next invoice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tests.machine.books import ONE_DAY, Books, Priced, Reservation, Spell, Visit, VisitLine, need, total


@dataclass(frozen=True)
class InvoiceLine:
    """ttc: set when the invoice is issued. visit_line: the one it invoices, if any."""

    invoice: int
    priced: Priced
    visit_line: int | None = None
    ttc: int = 0


@dataclass(frozen=True)
class Invoice:
    """document: None while it is a draft. mirrors: whether it cancels a credit note."""

    client: int
    party: int | None
    site: int | None
    with_vat: bool
    day: date
    document: int | None = None
    mirrors: bool = False


class Sales(Books):
    def __init__(self, today: date, sites_with_series: Iterable[int]) -> None:
        super().__init__(today)
        self.sites_with_series = frozenset(sites_with_series)  # of invoices; credit notes have one for all
        self.invoices: dict[int, Invoice] = {}
        self.invoice_lines: dict[int, InvoiceLine] = {}
        self.last_numbered: dict[tuple[str, int | None, int], date] = {}
        self.references: set[tuple[str, str]] = set()

    # Visits

    def record_visit(
        self, client: int, party: int | None, site: int | None, day: date, lines: Sequence[Priced], *, with_vat: bool
    ) -> int:
        need(day <= self.today, "a visit is not in the future")
        self._need_party(client, party)
        self.visits[key := self.number()] = Visit(client, party, site, day, with_vat)
        self._add_lines(key, lines, since=max(day, self.locked + ONE_DAY))
        return key

    def change_visit(self, visit: int, lines: Sequence[Priced]) -> None:
        former = self.waiting(visit)
        need(all(self.visit_lines[key].claim is None for key in former), "none of them stands on a draft")
        since = max(self.today, self.locked + ONE_DAY)
        self._end(former, since)
        for key in former:
            self.visit_lines[key] = replace(self.visit_lines[key], removed=True)
        self._add_lines(visit, lines, since)

    def _add_lines(self, visit: int, lines: Sequence[Priced], since: date) -> None:
        for priced in lines:
            self.visit_lines[key := self.number()] = VisitLine(visit, priced)
            self.spells[self.number()] = Spell(key, since)
        self._need_positive([visit])

    def _end(self, lines: Iterable[int], on: date) -> None:
        """No spell of these lines counts from a day on."""
        lines = set(lines)
        for key, spell in self.spells.items():
            if spell.line in lines and (spell.until is None or spell.until > on):
                self.spells[key] = replace(spell, until=max(spell.since, on))

    def _need_positive(self, visits: Iterable[int]) -> None:
        for visit in set(visits):
            waiting = [self.visit_lines[key].priced for key in self.waiting(visit)]
            need(total(waiting, with_vat=self.visits[visit].with_vat) >= 0, "a visit is not below 0")

    def _need_party(self, client: int, party: int | None) -> None:
        need(self.clients[client].walk_in == (party is not None), "a walk-in, and no other, has a party")

    # Invoices

    def draft_visits(self, visits: Sequence[int]) -> int:
        need(len({(v.client, v.party, v.with_vat) for v in (self.visits[key] for key in visits)}) == 1, "of one kind")
        waiting = [k for visit in visits for k in self.waiting(visit) if self.visit_lines[k].claim is None]
        need(waiting, "something to invoice")
        first = self.visits[visits[0]]
        key = self._draft(first.client, first.party, first.site, with_vat=first.with_vat)
        for visit_line in waiting:
            self.invoice_lines[line := self.number()] = InvoiceLine(
                key, self.visit_lines[visit_line].priced, visit_line
            )
            self.visit_lines[visit_line] = replace(self.visit_lines[visit_line], claim=line)
        need(self.invoice_total(key) >= 0, "not below 0")
        return key

    def draft_lines(
        self, client: int, party: int | None, site: int | None, lines: Sequence[Priced], *, with_vat: bool
    ) -> int:
        self._need_party(client, party)
        key = self._draft(client, party, site, with_vat=with_vat)
        for priced in lines:
            self.invoice_lines[self.number()] = InvoiceLine(key, priced)
        need(self.invoice_total(key) >= 0, "not below 0")
        return key

    def _draft(self, client: int, party: int | None, site: int | None, *, with_vat: bool) -> int:
        self.invoices[key := self.number()] = Invoice(client, party, site, with_vat, self.today)
        return key

    def lines_of(self, invoice: int) -> list[int]:
        return [key for key, line in self.invoice_lines.items() if line.invoice == invoice]

    def debits_of(self, invoice: int) -> list[int]:
        """What an issued invoice posted on the account."""
        document = self.invoices[invoice].document
        return [key for key, item in self.items.items() if item.document == document and item.debit]

    def invoice_total(self, invoice: int) -> int:
        lines = [self.invoice_lines[key].priced for key in self.lines_of(invoice)]
        return total(lines, with_vat=self.invoices[invoice].with_vat)

    def issue(self, invoice: int, on: date, instalments: Sequence[tuple[date, int]], reference: str = "") -> None:
        """instalments: what its plan gives for its total."""
        draft = self.invoices[invoice]
        need(draft.document is None, "a draft")
        self.need_open(on)
        lines = [self.invoice_lines[key] for key in self.lines_of(invoice)]
        visit_lines = [line.visit_line for line in lines if line.visit_line]
        visits = {self.visit_lines[key].visit for key in visit_lines}
        need(all(self.visits[visit].day <= on for visit in visits), "not before its visits")
        amount = self.invoice_total(invoice)
        need(amount >= 0, "not below 0")
        need(sum(part for _, part in instalments) == amount, "instalments add up")
        need(all(part > 0 and due >= on for due, part in instalments), "instalments are some, and not due before")
        document = self._number("invoice", draft.site, on, reference)
        self.invoices[invoice] = replace(draft, document=document, day=on)
        items = [
            self.add_item(
                client=draft.client, party=draft.party, document=document, kind="invoice",
                debit=True, day=on, due=due, amount=part,
            )
            for due, part in sorted(instalments, key=lambda one: one[0])
        ]  # fmt: skip
        self._end(visit_lines, on)
        self._need_positive(visits)
        if items:
            self._use_reserved(items, on)

    def set_amounts(self, ttc: Mapping[int, int]) -> None:
        """What each line of an issued invoice comes to."""
        for key, amount in ttc.items():
            self.invoice_lines[key] = replace(self.invoice_lines[key], ttc=amount)

    def _number(self, kind: str, site: int | None, on: date, reference: str = "") -> int:
        document = self.number()
        if reference:
            need((kind, reference) not in self.references, "a reference is taken once")
            self.references.add((kind, reference))
            return document
        own = site if kind == "invoice" and site in self.sites_with_series else None
        need(on >= self.last_numbered.get((kind, own, on.year), on), "numbers don't run against the dates")
        self.last_numbered[kind, own, on.year] = on
        return document

    def _use_reserved(self, items: Sequence[int], on: date) -> None:
        of = (self.items[items[0]].client, self.items[items[0]].party)
        kept: dict[int, int] = {}
        for key, one in self.reservations.items():
            if one.live and (self.items[one.credit].client, self.items[one.credit].party) == of:
                kept[one.credit] = kept.get(one.credit, 0) + one.amount
                self.reservations[key] = replace(one, live=False)
        for (debit, credit), amount in self.pairs({**kept, **{key: self.left(key) for key in items}}).items():
            self.allocate(debit, credit, amount, on)
            kept[credit] -= amount
        for credit, rest in kept.items():
            if rest:
                self.reserve(credit, rest)

    def reserve(self, credit: int, amount: int) -> int:
        need(not self.items[credit].debit and 0 < amount <= self.free(credit), "a free credit")
        self.reservations[key := self.number()] = Reservation(credit, amount)
        return key

    def reserve_by_hand(self, client: int, credit: int, amount: int) -> int:
        need(self.items[credit].client == client, "a credit of this client")
        return self.reserve(credit, amount)

    def take_back(self, reservation: int) -> None:
        need(self.reservations[reservation].live, "still reserved")
        self.reservations[reservation] = replace(self.reservations[reservation], live=False)
