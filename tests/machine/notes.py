"""Credit notes of the model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tests.machine.books import Priced, Spell, half_up, need, total
from tests.machine.sales import Sales


@dataclass(frozen=True)
class Credited:
    """What to credit of a line: a quantity or an amount, or both."""

    line: int
    quantity: Fraction = Fraction(0)
    ttc: int | None = None


@dataclass(frozen=True)
class Note:
    """A credit note of parts (a line of the invoice, if any; the amount; the quantity)."""

    client: int
    party: int | None
    site: int | None
    invoice: int | None = None
    names: frozenset[int] = frozenset()
    frees: bool = False
    parts: tuple[Credited, ...] = ()
    document: int | None = None
    item: int | None = None
    cancelled: bool = False

    @property
    def amount(self) -> int:
        return sum(part.ttc or 0 for part in self.parts)


class Notes(Sales):
    def __init__(self, today: date, sites_with_series: frozenset[int]) -> None:
        super().__init__(today, sites_with_series)
        self.settles_at_validation = False
        self.notes: dict[int, Note] = {}

    def standing(self, line: int, *, freeing: bool = False) -> list[Credited]:
        """What credit notes that stand (freeing: and free visits) have credited of a line."""
        notes = [n for n in self.notes.values() if n.document and not n.cancelled and (n.frees or not freeing)]
        return [part for note in notes for part in note.parts if part.line == line]

    def creditable(self, line: int) -> int:
        return self.invoice_lines[line].ttc - sum(part.ttc or 0 for part in self.standing(line))

    def creditable_quantity(self, line: int) -> Fraction:
        return self.invoice_lines[line].priced.quantity - sum(part.quantity for part in self.standing(line))

    def creditable_lines(self, invoice: int) -> list[int]:
        one = self.invoices[invoice]
        return self.lines_of(invoice) if one.document and not one.mirrors else []

    def creditable_total(self, invoice: int) -> int:
        return sum(self.creditable(key) for key in self.creditable_lines(invoice))

    def draft_credit(self, invoice: int, chosen: Sequence[Credited] | None, *, frees: bool) -> int:
        """chosen: None for all that is left."""
        need(self.invoices[invoice].document, "an issued invoice")
        lines = self.creditable_lines(invoice)
        if chosen is None:
            lefts = {key: self.creditable(key) for key in lines}
            chosen = [Credited(key, self.creditable_quantity(key), left) for key, left in lefts.items() if left]
        need(all(one.line in lines for one in chosen), "of lines of this invoice")
        need(len({one.line for one in chosen}) == len(chosen), "each line once")
        parts = [one if one.ttc is not None else self._by_quantity(one) for one in chosen]
        self._need_creditable(invoice, parts)
        return self._draft_on(invoice, parts, frees=frees)

    def _by_quantity(self, one: Credited) -> Credited:
        line = self.invoice_lines[one.line]
        quantity, left = line.priced.quantity, self.creditable_quantity(one.line)
        done = quantity - left
        part = half_up(line.ttc * (done + one.quantity) / quantity) - half_up(line.ttc * done / quantity)
        return replace(one, ttc=min(part, self.creditable(one.line), key=abs))

    def _need_creditable(self, invoice: int, parts: Sequence[Credited]) -> None:
        """A credit takes no more than is left: of each line, of its quantity, and of the whole invoice."""
        for part in parts:
            line, left = self.creditable(part.line), self.creditable_quantity(part.line)
            need(part.ttc and 0 < part.ttc * (1 if line > 0 else -1) <= abs(line), "no more than the line has left")
            if part.quantity:
                need(0 < part.quantity * (1 if left > 0 else -1) <= abs(left), "no more units than are left")
        left = self.creditable_total(invoice)
        need(0 < sum(part.ttc or 0 for part in parts) <= left, "no more than the invoice has left")

    def _draft_on(self, invoice: int, parts: Sequence[Credited], *, frees: bool = False) -> int:
        one = self.invoices[invoice]
        names = frozenset({one.document} if one.document else {})
        self.notes[key := self.number()] = Note(
            one.client, one.party, one.site, invoice, names, frees=frees, parts=tuple(parts)
        )
        return key

    def draft_amount(self, invoice: int, amount: int) -> int:
        """What it takes of each line, `set_parts` tells."""
        need(self.invoices[invoice].document, "an issued invoice")
        need(0 < amount <= self.creditable_total(invoice), "no more than is left")
        return self._draft_on(invoice, [])

    def set_parts(self, note: int, parts: Sequence[Credited]) -> None:
        self.notes[note] = replace(self.notes[note], parts=tuple(parts))

    def draft_global(
        self, client: int, party: int | None, site: int | None, lines: Sequence[Priced], reduces: Sequence[int],
        *, with_vat: bool, contract: bool,
    ) -> int:  # fmt: skip
        self._need_party(client, party)
        amounts = [line.amount for line in lines]
        need(min(amounts) >= 0 or max(amounts) <= 0, "of one sign")
        amount = total(lines, with_vat=with_vat)
        need(amount > 0, "a credit of something")
        reduced = [self.invoices[key] for key in reduces]
        need(all((one.client, one.party) == (client, party) and one.document for one in reduced), "its own invoices")
        need(not self.clients[client].company or reduces or contract, "a professional is told what it refers to")
        names = frozenset(one.document for one in reduced if one.document)
        self.notes[key := self.number()] = Note(client, party, site, None, names, parts=(Credited(0, ttc=amount),))
        return key

    def validate(self, note: int) -> None:
        draft = self.notes[note]
        need(draft.document is None, "a draft")
        self.need_open(self.today)
        if draft.invoice:
            self._need_creditable(draft.invoice, draft.parts)
        document = self._number("credit_note", draft.site, self.today)
        self.names[document] = draft.names
        item = self.add_item(
            client=draft.client, party=draft.party, document=document, kind="credit_note",
            debit=False, day=self.today, due=self.today, amount=draft.amount,
        )  # fmt: skip
        self.notes[note] = replace(draft, document=document, item=item)
        self._free(self._freed(note))
        if self.settles_at_validation:
            self._settle(note)

    def _freed(self, note: int) -> list[int]:
        """The visit lines behind lines of a note that notes which free visits credit whole."""
        if not self.notes[note].frees:
            return []
        lines = {part.line: self.invoice_lines[part.line] for part in self.notes[note].parts}
        return [
            line.visit_line
            for key, line in lines.items()
            if line.visit_line and sum(part.ttc or 0 for part in self.standing(key, freeing=True)) == line.ttc
        ]

    def _free(self, visit_lines: Sequence[int]) -> None:
        for key in visit_lines:
            self.visit_lines[key] = replace(self.visit_lines[key], claim=None)
            self.spells[self.number()] = Spell(key, self.today)
        self._need_positive(self.visit_lines[key].visit for key in visit_lines)

    def _settle(self, note: int) -> None:
        one = self.notes[note]
        assert one.item
        debits = {
            key: left
            for key, left in self.lefts().items()
            if left
            and (item := self.items[key]).debit
            and (item.client, item.party) == (one.client, one.party)
            and (not one.invoice or item.document == self.invoices[one.invoice].document)
        }
        # What it names beside is of no account here: an automatic settlement goes by age alone.
        names, self.names = self.names, {}
        for (debit, credit), amount in self.pairs({**debits, one.item: self.left(one.item)}).items():
            self.allocate(debit, credit, amount, self.today)
        self.names = names

    def cancel_invoice(self, invoice: int, *, frees: bool) -> int:
        note = self.draft_credit(invoice, None, frees=frees)
        self.need_open(self.today)
        debits = self.debits_of(invoice)
        paid = [k for key in debits for k in self.of(key) if self.items[self.allocations[k].credit].kind == "payment"]
        self.detach(paid, self.today)
        self.validate(note)
        credit = self.notes[note].item
        assert credit
        for (debit, _), amount in self.pairs({k: self.left(k) for k in [*debits, credit]}).items():
            self.allocate(debit, credit, amount, self.today)
        return note

    def cancel_note(self, note: int) -> int:
        """Gives the invoice that cancels it."""
        one = self.notes[note]
        need(one.document and one.item and not one.cancelled, "a credit note that stands")
        assert one.item
        need(self.free(one.item) == self.items[one.item].amount, "nothing of it is used")
        self.need_open(self.today)
        freed = self._freed(note)
        need(all(not (line := self.visit_lines[k]).claim and not line.removed for k in freed), "its lines are free")
        invoice = self._draft(one.client, one.party, one.site, with_vat=True)
        document = self._number("invoice", one.site, self.today)
        self.invoices[invoice] = replace(self.invoices[invoice], document=document, mirrors=True)
        item = self.add_item(
            client=one.client, party=one.party, document=document, kind="credit_note", debit=True,
            day=self.today, due=self.today, amount=one.amount, reverses=one.item,
        )  # fmt: skip
        self.allocate(item, one.item, one.amount, self.today)
        behind = {line.visit_line: part.line for part in one.parts if (line := self.invoice_lines.get(part.line))}
        for key in freed:
            self.visit_lines[key] = replace(self.visit_lines[key], claim=behind[key])
        self._end(freed, self.today)
        self._need_positive(self.visit_lines[key].visit for key in freed)
        self.notes[note] = replace(one, cancelled=True)
        return invoice
