"""The elements of a client's account: their states, the same words and amounts as on every other page, and counters."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest

from clients.models import Client
from clients.services import set_opening_balance
from credits.models import CreditNote
from credits.statuses import with_left
from demo.loading import load
from invoicing.models import Invoice
from invoicing.statuses import with_status
from ledger.balance import balance_of
from ledger.models import Operation
from ledger.queries import open_items
from office.periods import Period
from payments.services import Common, Method, edit_payment
from statements.elements import Operations, Type
from statements.queries.financial import (
    Asked,
    Counter,
    Cursor,
    Looked,
    counters_of,
    elements_after,
    first_elements,
    incidents_of,
)
from tests.builders import (
    a_client,
    bounce,
    cancel,
    credit_note,
    credit_on,
    document,
    euros,
    invoice,
    line,
    main_item,
    pay,
    use,
)
from tests.factories import op

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
LATER = date(2026, 4, 20)
TODAY = date(2026, 3, 16)


def day(number: int) -> date:
    """The nth day after DAY."""
    return DAY + timedelta(days=number)


def looked(client: Client, on: date | None = None, today: date = LATER) -> Looked:
    return Looked(client, incidents_of(client.account, on), today, on)


def asked(operations: Operations = Operations.ALL, *types: Type, text: str = "", period: Period | None = None) -> Asked:
    return Asked(period or Period(), operations, types, text)


def states(client: Client, wanted: Asked | None = None, on: date | None = None) -> dict[str, str]:
    """The states of elements by their reference, newest first."""
    _, line = first_elements(looked(client, on), wanted or asked())
    return {one.reference: one.code for one in line.elements}


def shown(client: Client, operations: Operations, *types: Type, text: str = "", on: date | None = None) -> list[str]:
    return list(states(client, asked(operations, *types, text=text), on))


def test_what_is_owed_and_what_there_is_to_use_is_to_treat_what_is_settled_is_not():
    client = a_client()
    paid = invoice(client, DAY, "50")
    pay(client, day(1), "50", {paid: "50"})
    late = invoice(client, day(2), "100", due=day(10))
    awaited = invoice(client, day(3), "30", due=day(90))
    begun = invoice(client, day(4), "60", due=day(90))
    over = pay(client, day(5), "45", {begun: "40"})
    credit = credit_note(client, day(6), "20")

    assert states(client) == {
        str(credit): "to_use",
        str(over): "to_use",
        str(begun): "part_paid",
        str(awaited): "awaiting",
        str(late): "late",
        str(document(pay_of(paid))): "settled",
        str(paid): "paid",
    }
    assert shown(client, Operations.TO_TREAT) == [str(one) for one in (credit, over, begun, awaited, late)]
    assert len(shown(client, Operations.CURRENT)) == 7
    assert shown(client, Operations.CANCELLED) == shown(client, Operations.INCIDENTS) == []


def pay_of(of: Invoice):
    return main_item(of).credits.get().credit.document.payments


def test_what_is_cancelled_is_shown_with_what_cancelled_it_and_nowhere_else():
    client = a_client()
    f = invoice(client, DAY, "50")
    a = cancel(f, day(1))
    g = credit_note(client, day(2), "20")
    formal = cancel(g, day(3))
    r = pay(client, day(4), "10")
    cancel(r, day(4))

    expected = {str(r): "cancelled", str(formal): "formal", str(g): "cancelled", str(a): "cancels", str(f): "cancelled"}
    assert states(client, asked(Operations.CANCELLED)) == expected
    assert states(client) == expected
    assert shown(client, Operations.CURRENT) == shown(client, Operations.TO_TREAT) == []


def test_a_credit_note_that_cancelled_an_invoice_is_to_use_while_something_is_left_of_it():
    client = a_client()
    f = invoice(client, DAY, "100")
    use(credit_note(client, day(1), "30"), f, "30", day(2))

    a = cancel(f, day(3))

    assert states(client)[str(a)] == "part_used"
    assert str(a) in shown(client, Operations.TO_TREAT)


def test_an_incident_is_to_treat_until_it_is_settled_and_the_payment_is_shown_with_all_alone():
    client = a_client()
    f = invoice(client, DAY, "80")
    cheque = pay(client, day(1), "80", {f: "80"}, by="cheque")
    incident = bounce(cheque, day(9), fee="15")
    names = [str(incident), str(cheque), str(f)]

    assert states(client) == dict(zip(names, ("open", "bounced", "bounced"), strict=True))
    assert shown(client, Operations.INCIDENTS) == [str(incident)]
    assert shown(client, Operations.TO_TREAT) == [str(incident), str(f)]
    assert shown(client, Operations.CURRENT) == [str(f)]

    again = pay(client, day(12), "80", {f: "80"})
    assert states(client)[str(incident)] == "part_settled"
    assert shown(client, Operations.TO_TREAT) == [str(incident)]

    pay(client, day(13), "15", {fee_of(incident): "15"})
    assert states(client)[str(incident)] == "settled"
    assert shown(client, Operations.TO_TREAT) == []
    assert shown(client, Operations.INCIDENTS) == [str(incident)]
    assert str(again) in shown(client, Operations.CURRENT)


def fee_of(incident):
    return next(item for item in incident.document.items.order_by("pk") if item.kind == "fee")


def test_a_cancelled_incident_is_a_cancelled_operation_and_its_payment_stands_again():
    client = a_client()
    f = invoice(client, DAY, "80")
    cheque = pay(client, day(1), "80", {f: "80"}, by="cheque")
    incident = bounce(cheque, day(9))

    cancel(incident, day(10))

    assert states(client) == {str(incident): "cancelled", str(cheque): "settled", str(f): "paid"}
    assert shown(client, Operations.INCIDENTS) == []
    assert shown(client, Operations.CANCELLED) == [str(incident)]


def test_a_refund_whose_payment_bounced_is_owed_again():
    client = a_client()
    f = invoice(client, DAY, "100")
    r = pay(client, day(1), "120", {f: "100"}, by="cheque")
    back = pay(client, day(2), "-20", {r: "-20"})
    assert states(client)[str(back)] == "done"

    bounce(r, day(9))

    assert states(client)[str(back)] == "owed"
    assert str(back) in shown(client, Operations.TO_TREAT)


def test_a_past_day_shows_what_stood_then():
    client = a_client()
    f = invoice(client, DAY, "80", due=day(2))
    cheque = pay(client, day(5), "80", {f: "80"}, by="cheque")
    incident = bounce(cheque, day(9), fee="15")
    settling = pay(client, day(12), "95", {f: "80", fee_of(incident): "15"})
    back = credit_on(f, day(20), "30")

    assert states(client, on=day(1)) == {str(f): "awaiting"}
    assert states(client, on=day(3)) == {str(f): "late"}
    assert states(client, on=day(6)) == {str(cheque): "settled", str(f): "paid"}
    assert states(client, on=day(10)) == {str(incident): "open", str(cheque): "bounced", str(f): "bounced"}
    assert states(client, on=day(13)) == {
        str(settling): "settled",
        str(incident): "settled",
        str(cheque): "bounced",
        str(f): "paid",
    }
    assert str(back) in states(client, on=day(20))


def test_a_payment_cancelled_since_with_a_backdated_reversal_stood_on_no_day():
    client = a_client()
    r = pay(client, day(10), "100")
    cancel(r, day(20))

    assert states(client, on=day(15)) == {str(r): "cancelled"}


def test_opening_balances_count_with_what_is_owed_or_to_be_used():
    owing, having = a_client("C-1"), a_client("C-2")
    for client, amount in ((owing, "75.00"), (having, "-40.00")):
        set_opening_balance(client=client, amount=euros(amount), on=DAY, due=day(5), op=op(DAY, Operation.Kind.OPENING))

    counters, line = first_elements(looked(owing), asked(Operations.CURRENT))
    assert [(one.sort, one.code, one.type, one.amount) for one in line.elements] == [
        ("opening", "late", "facture", Decimal("75.00"))
    ]
    assert (counters.types[Type.INVOICE].amount, counters.late.amount) == (Decimal("75.00"), Decimal("75.00"))
    counters, line = first_elements(looked(having), asked(Operations.TO_TREAT))
    assert (line.elements[0].code, counters.types[Type.CREDIT_NOTE].amount) == ("to_use", Decimal("40.00"))


def test_filters_add_up_and_counters_are_of_what_they_leave():
    client = a_client()
    invoice(client, DAY, "50", due=day(90))
    invoice(client, day(10), "19", due=day(12))
    credit_note(client, day(10), "5")
    pay(client, day(11), "7")

    wanted = asked(Operations.TO_TREAT, Type.INVOICE, Type.PAYMENT, period=Period(day(5), day(30)))
    counters, line = first_elements(looked(client), wanted)

    assert [one.amount for one in line.elements] == [Decimal("7.00"), Decimal("19.00")]
    told = {one.value: (counter.number, counter.amount) for one, counter in counters.types.items()}
    assert told == {
        "facture": (1, Decimal("19.00")),
        "paiement": (1, Decimal("7.00")),
        "avoir": (0, Decimal("0.00")),
        "incident": (0, Decimal("0.00")),
        "remboursement": (0, Decimal("0.00")),
    }
    assert (counters.late.number, counters.late.amount) == (1, Decimal("19.00"))


def test_what_an_incident_leaves_to_settle_of_invoices_is_counted_whole_and_exactly():
    client = a_client()
    f = invoice(client, DAY, "100", due=day(90))
    bounce(pay(client, day(1), "80", {f: "80"}, by="cheque"), day(9), fee="15")
    pay(client, day(12), "30", {f: "30"})

    counters, _ = first_elements(looked(client), asked())

    assert (counters.bounced.number, counters.bounced.amount) == (1, Decimal("70.00"))
    assert (counters.open.number, counters.open.amount) == (1, Decimal("65.00"))
    assert counters.types[Type.INCIDENT].amount == Decimal("95.00")


def test_a_mention_is_found_whatever_its_spaces_accents_and_capitals():
    client = a_client()
    water = invoice(client, DAY, line("2", label="Bouteille d’eau"))
    year = invoice(client, day(1), line("400", label="Abonnement CDD 12mois"))
    both = invoice(client, day(2), line("400", label="abonnement cdd 12 Mois"), line("2", label="Bouteilles"))

    def found(text: str) -> list[str]:
        return shown(client, Operations.ALL, Type.INVOICE, text=text)

    assert found("bouteille d'eau") == found("BOUTEILLE D EAU") == [str(water)]
    assert found("12 mois") == found("12mois") == [str(both), str(year)]
    assert found("vélo") == []
    assert len(found(" ")) == 3


def test_money_is_found_by_the_articles_of_what_it_settles_or_once_settled():
    client = a_client()
    f = invoice(client, DAY, line("80", label="Abonnement 12 mois"))
    other = invoice(client, day(1), line("10", label="Eau"))
    cheque = pay(client, day(2), "90", {f: "80", other: "10"}, by="cheque")
    unrelated = pay(client, day(3), "5")
    incident = bounce(cheque, day(9))
    a = credit_on(f, day(10), "20")
    use_of = use(a, f, "20", day(11))
    g = credit_on(other, day(12), "10")
    back = pay(client, day(13), "-10", {g: "-10"})

    found = shown(client, Operations.ALL, text="12mois")
    assert found == [str(use_of), str(a), str(incident), str(cheque), str(f)]
    assert shown(client, Operations.ALL, Type.REFUND, text="eau") == [str(back)]
    assert shown(client, Operations.ALL, Type.INCIDENT, text="eau") == [str(incident)]
    assert str(unrelated) not in [*found, *shown(client, Operations.ALL, text="eau")]


def test_the_pages_of_the_time_line_follow_each_other_without_gap_or_twin():
    client = a_client()
    for number in range(120):
        pay(client, day(number // 50), "1", today=day(number // 50))

    counters, page = first_elements(looked(client, today=day(60)), asked())
    seen = [one.key for one in page.elements]
    while page.more:
        page = elements_after(looked(client, today=day(60)), asked(), page.more)
        seen += [one.key for one in page.elements]

    assert counters.types[Type.PAYMENT].number == len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)


def test_a_page_reaches_as_far_as_one_had_scrolled():
    client = a_client()
    for _ in range(70):
        pay(client, DAY, "1")
    _, first = first_elements(looked(client), asked())
    second = elements_after(looked(client), asked(), first.more)

    _, again = first_elements(looked(client), asked(), through=second.elements[-1].cursor)

    assert (len(first.elements), len(again.elements), again.more) == (50, 70, None)


@pytest.mark.parametrize("text", ["", "hier", "2026-01-05", "2026-13-05.4", "2026-01-05.-4", "2026-01-05." + "9" * 30])
def test_a_place_that_says_nothing_is_none(text):
    assert Cursor.read(text) is None


def test_a_place_comes_back_as_it_was_written():
    assert Cursor.read(str(Cursor(DAY, 42))) == Cursor(DAY, 42)


@pytest.fixture
def business(db) -> list[Client]:
    """The worked examples, and a small clinic at work for a year and a half."""
    load(TODAY, clients=10)
    return list(Client.objects.select_related("account").order_by("pk"))


def test_states_are_those_of_every_other_page_today_and_on_past_days(business):
    seen = set()
    for client in business:
        for on in (None, *(TODAY - timedelta(days=ago) for ago in (20, 75, 200))):
            at = Looked(client, incidents_of(client.account, on), TODAY, on)
            _, line = first_elements(at, asked(), through=Cursor(date.min, 0))
            told = {one.key: one for one in line.elements}
            found = {key: one.code for key, one in told.items()}
            expected = expected_states(client, at)

            assert {key: found[key] for key in expected} == expected, (client, on)
            assert {item.document_id for item in open_items(client.account, on)} <= {
                one.key for one in told.values() if Operations.TO_TREAT in one.state.shown
            }, (client, on)
            seen |= set(found.values())
    assert {"paid", "late", "awaiting", "bounced", "used", "to_use", "settled", "done", "open"} <= seen


def test_elements_counted_by_postgresql_come_to_what_all_of_them_come_to_one_by_one(business):
    periods = Period(), Period(TODAY - timedelta(days=300), TODAY - timedelta(days=40))
    compared = 0
    for client in business:
        for on in (None, *(TODAY - timedelta(days=ago) for ago in (20, 75, 200))):
            at = Looked(client, incidents_of(client.account, on), TODAY, on)
            for operations, types, period in product(Operations, ((), (Type.INVOICE, Type.PAYMENT)), periods):
                wanted = asked(operations, *types, period=period)
                counters, line = first_elements(at, wanted, through=Cursor(date.min, 0))

                assert line.more is None
                assert counters_of(at, wanted) == counters, (client, on, wanted)
                compared += any(one.number for one in counters.types.values())
    assert compared > 300


def test_counters_leave_out_what_was_cancelled_replaced_or_bounced_and_count_set_offs():
    client = a_client()
    kept, credited, bounced = (invoice(client, DAY, amount, due=day(9)) for amount in ("100", "40", "25"))
    cancel(credited, day(1))
    pay(client, day(2), "60", {kept: "60"})
    bounce(pay(client, day(3), "25", {bounced: "25"}), day(4))
    use(credit_note(client, day(5), "10"), kept, "10", day(6))

    counters = counters_of(looked(client), asked(Operations.CURRENT))

    assert counters.types[Type.INVOICE] == Counter(2, Decimal("125"))
    assert counters.types[Type.PAYMENT] == Counter(2, Decimal("60"))
    assert counters.types[Type.CREDIT_NOTE] == Counter(1, Decimal("10"))
    assert counters.late == Counter(2, Decimal("55"))
    assert counters.bounced == Counter(1, Decimal("25"))


def expected_states(client: Client, at: Looked) -> dict[int, str]:
    """What the lists of invoices and credit notes, and the pages of incidents, say of each."""
    until = {"document__day__lte": at.on} if at.on else {"document__isnull": False}
    invoices = with_status(Invoice.objects.filter(client=client, **until), today=at.today, on=at.on)
    notes = with_left(CreditNote.objects.filter(client=client, **until).select_related("document__operation"), at.on)
    found = {one.document_id: "formal" if one.formal else one.status for one in invoices}
    for note in notes:
        cancels = note.document.operation.kind == Operation.Kind.CANCEL_INVOICE
        found[note.document_id] = "cancels" if note.status == "used" and cancels else note.status
    return found | {one.incident.document_id: one.state for one in at.incidents.told}


def test_counters_of_all_add_up_to_the_balance_of_a_client_without_incident():
    client = a_client()
    f = invoice(client, DAY, "100", due=day(5))
    invoice(client, day(1), "40", due=day(90))
    pay(client, day(2), "70", {f: "60"})

    counters, line = first_elements(looked(client), asked())
    balance = balance_of(client.account, today=LATER)

    assert counters.late.amount == balance.overdue.amount == Decimal("40.00")
    owed = sum(one.rest for one in line.elements if not one.is_credit)
    assert owed == balance.unpaid_invoices.amount == Decimal("80.00")
    assert sum(one.rest for one in line.elements if one.is_credit) == balance.credit.amount == Decimal("10.00")


def test_an_edited_payment_is_shown_as_what_it_became():
    client = a_client()
    desk = at_the_desk(client)

    assert states(client) == {str(desk): "to_use"}


def at_the_desk(client: Client):
    payment = pay(client, DAY, "50")
    method = Method(amount=Decimal("60"), type=payment.type)
    common = Common(on=DAY, paid_on=DAY)
    return edit_payment(
        payment=payment, method=method, common=common, settles=[], op=op(DAY, Operation.Kind.EDIT_PAYMENT)
    )
