"""A client account as the trials speak of it: F an invoice, A a credit note, R a payment; each by its service.

Amounts are texts, VAT included. An act is done on its day, so numbered documents go by rising days.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from djmoney.money import Money

from clients.models import Client
from clients.services import Details, open_client
from clients.terms import Terms
from credits.models import CreditNote
from credits.services import (
    Credited,
    cancel_credit_note,
    cancel_invoice,
    draft_amount_credit,
    draft_credit,
    draft_global_credit,
    validate_credit_note,
)
from invoicing.models import Invoice, Visit
from invoicing.services import NewLine, Plan, draft_lines, draft_visits, issue_invoice, record_visit
from ledger.balance import FIGURES, Balance, balance_of
from ledger.models import Allocation, BankAccount, Document, OpenItem, Operation, Party
from ledger.queries import items_of
from office.models import Site
from payments.models import Incident, Payment, PaymentType, Refund
from payments.services import (
    Wanted,
    cancel_incident,
    cancel_payment,
    cancel_refund,
    declare_incident,
    detach_allocation,
    record_payment,
    use_credit,
)
from tests.factories import op

Filed = Invoice | CreditNote | Payment | Refund | Incident
Amounts = Mapping[Filed | OpenItem, str]


def a_client(code: str = "C-1", **details: Any) -> Client:
    return open_client(Details(**{"code": code, "name": f"Client {code}"} | details))


def line(amount: str, rate: str = "20", quantity: str = "1", label: str = "Soin") -> NewLine:
    """A line at a unit price, VAT included."""
    return NewLine(label, Decimal(amount), Decimal(rate), Decimal(quantity))


def euros(amount: str | Decimal) -> Money:
    return Money(amount, "EUR")


def visit(client: Client, day: date, *lines: NewLine, on: date | None = None, party: Party | None = None) -> Visit:
    """A visit. on: the day it is recorded, by default its own."""
    return record_visit(client=client, day=day, lines=lines, party=party, op=op(on or day, Operation.Kind.VISIT))


def invoice(
    client: Client,
    day: date,
    *lines: NewLine | str,
    due: date | None = None,
    plan: Plan | None = None,
    party: Party | None = None,
    site: Site | None = None,
    reference: str = "",
    today: date | None = None,
) -> Invoice:
    """An issued invoice of lines, or of amounts; due at once unless said. today: when it is issued."""
    done = today or day
    made = [line(one) if isinstance(one, str) else one for one in lines]
    draft = draft_lines(client=client, lines=made, party=party, site=site, op=op(done, Operation.Kind.INVOICE))
    if due is not None:
        total = sum((one.unit_price * one.quantity for one in made), Decimal(0))
        plan = Plan(Terms.FREE, free=[(due, total)])
    return issue_invoice(invoice=draft, on=day, plan=plan, reference=reference, op=op(done, Operation.Kind.INVOICE))


def invoice_visits(day: date, *visits: Visit) -> Invoice:
    """The invoice of visits."""
    draft = draft_visits(visits=visits, op=op(day, Operation.Kind.INVOICE))
    return issue_invoice(invoice=draft, on=day, op=op(day, Operation.Kind.INVOICE))


def credit_note(client: Client, day: date, *amounts: str, party: Party | None = None) -> CreditNote:
    """A validated global credit note."""
    lines = [line(amount) for amount in amounts]
    return validated(
        draft_global_credit(client=client, lines=lines, party=party, op=op(day, Operation.Kind.CREDIT_NOTE)), day
    )


def credit_on(
    of: Invoice,
    day: date,
    amount: str | None = None,
    *,
    chosen: Iterable[Credited] | None = None,
    frees_visits: bool = False,
) -> CreditNote:
    """A validated credit note on an invoice: of an amount, of chosen lines, or of all that is left."""
    act = op(day, Operation.Kind.CREDIT_NOTE)
    if amount is not None:
        return validated(draft_amount_credit(invoice=of, amount=euros(amount), op=act), day)
    lines = None if chosen is None else list(chosen)
    return validated(draft_credit(invoice=of, chosen=lines, frees_visits=frees_visits, op=act), day)


def validated(note: CreditNote, day: date) -> CreditNote:
    return validate_credit_note(note=note, op=op(day, Operation.Kind.CREDIT_NOTE))


def pay(
    client: Client,
    day: date,
    amount: str,
    settles: Amounts | None = None,
    *,
    by: str = "card",
    site: Site | None = None,
    party: Party | None = None,
    bank: BankAccount | None = None,
    today: date | None = None,
) -> Payment | Refund:
    """A règlement of any sign. settles: what of each document, below 0 of one that credits. today: when typed."""
    return record_payment(
        client=client,
        amount=Money(amount, client.account.currency),
        type=PaymentType.objects.get(pk=by) if Decimal(amount) else None,
        on=day,
        settles=wanted(settles or {}),
        site=site,
        party=party,
        bank=bank,
        op=op(today or day, Operation.Kind.PAYMENT),
    )


def wanted(settles: Amounts) -> list[Wanted]:
    """What is typed beside documents of one open item each, in the order given."""
    return [Wanted(main_item(filed).pk, Decimal(amount)) for filed, amount in settles.items()]


def use(credit: CreditNote, of: Invoice, amount: str, day: date) -> Payment | Refund:
    return use_credit(credit=credit, invoice=of, amount=euros(amount), on=day, op=op(day, Operation.Kind.SET_OFF))


def bounce(payment: Payment, day: date, fee: str | None = None, today: date | None = None) -> Incident:
    return declare_incident(
        payment=payment,
        reason=Incident.Reason.UNFUNDED_CHEQUE,
        on=day,
        fee=None if fee is None else euros(fee),
        op=op(today or day, Operation.Kind.INCIDENT),
    )


def cancel(filed: Filed, today: date, **options: Any) -> Any:
    """Cancel a document of any kind, on a day; what its service makes of it."""
    service, name, kind = {
        Invoice: (cancel_invoice, "invoice", Operation.Kind.CANCEL_INVOICE),
        CreditNote: (cancel_credit_note, "note", Operation.Kind.CANCEL_CREDIT_NOTE),
        Payment: (cancel_payment, "payment", Operation.Kind.CANCEL_PAYMENT),
        Refund: (cancel_refund, "refund", Operation.Kind.CANCEL_REFUND),
        Incident: (cancel_incident, "incident", Operation.Kind.CANCEL_INCIDENT),
    }[type(filed)]
    return service(**{name: filed}, op=op(today, kind), **options)


def detach(allocation: Allocation, today: date) -> Allocation:
    return detach_allocation(allocation=allocation, op=op(today, Operation.Kind.DETACH))


def document(filed: Filed) -> Document:
    assert filed.document is not None
    return filed.document


def main_item(filed: Filed | OpenItem) -> OpenItem:
    """The first item of a document: the line it was made for; or the item itself."""
    return filed if isinstance(filed, OpenItem) else items_of(document(filed))[0]


def left(filed: Filed) -> Decimal:
    """What is open of a document, whichever side: open()."""
    return sum((item.open for item in items_of(document(filed))), Decimal(0))


def balance(client: Client, today: date, on: date | None = None) -> Balance:
    return balance_of(client.account, today=today, on=on)


def figures(client: Client, today: date, *names: str, on: date | None = None) -> dict[str, Decimal]:
    """The amounts of a balance by name, by default all."""
    found = balance(client, today, on)
    return {name: Decimal(getattr(found, name).amount) for name in names or FIGURES}


def told(client: Client, today: date, on: date | None = None, **expected: str) -> bool:
    """Whether figures of a balance are what is expected; fails with all that differ."""
    found = figures(client, today, *expected, on=on)
    assert found == {name: Decimal(amount) for name, amount in expected.items()}
    return True
