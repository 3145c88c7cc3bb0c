"""One client for each worked example of docs/rules.md, made by the services like anyone's.

Numbers never run against the dates, so the examples are played together, day by day: each tells the
day of what it does next, and waits for its turn.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from djmoney.money import Money

from clients.models import Client, Note, Title
from clients.services import Details, open_client
from clients.terms import Terms
from credits.models import CreditNote
from credits.services import draft_credit, draft_global_credit, validate_credit_note
from invoicing.models import Invoice, Nature, Visit
from invoicing.services import NewLine, Plan, draft_lines, draft_visits, issue_invoice, record_visit
from ledger.models import Operation, Party
from ledger.queries import open_items
from office.models import Site, User
from payments.models import Incident, Payment, PaymentType, Refund
from payments.services import Wanted, declare_incident, record_payment, use_credit


@dataclass(frozen=True)
class Desk:
    """Someone at work on one day: makes that day's operations."""

    user: User | None = None
    site: Site | None = None

    def does(self, kind: Operation.Kind, day: date) -> Operation:
        """An operation done on a day at ten."""
        moment = datetime.combine(day, time(10), tzinfo=ZoneInfo(settings.TIME_ZONE))
        return Operation(kind=kind, user=self.user, at=moment, day=day)

    def opens(self, code: str, name: str, shows: str, **details: str) -> Client:
        """A new client of the desk's site. shows: what is to be seen on its sheet, as a note."""
        notes = [Note(text=f"Exemple\u00a0: {shows}")]
        return open_client(Details(code=code, name=name, site=self.site, notes=notes, **details))  # type: ignore[arg-type]

    def visits(
        self,
        client: Client,
        day: date,
        *lines: NewLine,
        kind: Visit.Kind,
        subject: str = "",
        party: Party | None = None,
    ) -> Visit:
        """A visit on its day."""
        return record_visit(
            client=client,
            day=day,
            lines=lines,
            kind=kind,
            subject=subject,
            site=self.site,
            party=party,
            op=self.does(Operation.Kind.VISIT, day),
        )

    def invoices(self, client: Client, day: date, *lines: NewLine, plan: Plan | None = None) -> Invoice:
        """An invoice of lines, issued on its day."""
        op = self.does(Operation.Kind.INVOICE, day)
        draft = draft_lines(client=client, lines=lines, site=self.site, op=op)
        return issue_invoice(invoice=draft, on=day, plan=plan, op=self.does(Operation.Kind.INVOICE, day))

    def invoices_visit(self, visit: Visit, day: date, plan: Plan | None = None) -> Invoice:
        """A visit's invoice, issued on its day."""
        draft = draft_visits(visits=[visit], op=self.does(Operation.Kind.INVOICE, day))
        return issue_invoice(invoice=draft, on=day, plan=plan, op=self.does(Operation.Kind.INVOICE, day))

    def credits(self, client: Client, day: date, *lines: NewLine) -> CreditNote:
        """A global credit note, validated on its day."""
        op = self.does(Operation.Kind.CREDIT_NOTE, day)
        draft = draft_global_credit(client=client, lines=lines, site=self.site, op=op)
        return validate_credit_note(note=draft, op=self.does(Operation.Kind.CREDIT_NOTE, day))

    def takes(
        self,
        client: Client,
        day: date,
        amount: str,
        *settles: Wanted,
        by: str = "card",
        reference: str = "",
        paid_on: date | None = None,
    ) -> Payment | Refund:
        """A règlement on its day, of any sign. paid_on: when its money will be there, if that is later."""
        return record_payment(
            client=client,
            amount=Money(amount, client.account.currency),
            type=PaymentType.objects.get(pk=by) if Decimal(amount) else None,
            on=day,
            settles=settles,
            site=self.site,
            bank_reference=reference,
            paid_on=paid_on,
            op=self.does(Operation.Kind.PAYMENT, day),
        )


def line(label: str, price: str, *, rate: str = "20", goods: bool = False) -> NewLine:
    """One unit at a price VAT included."""
    return NewLine(label, Decimal(price), Decimal(rate), nature=Nature.GOODS if goods else Nature.SERVICE)


def all_open(client: Client) -> list[Wanted]:
    """Everything open of a client, to be settled whole: debts above 0, credits below."""
    return [Wanted(item.pk, item.open if item.is_debit else -item.open) for item in open_items(client.account)]


LATER = Plan(Terms.MONTH)

Play = Generator[date, None, Client]


def solde(desk: Desk, today: date) -> Play:
    """31 to invoice, 50 invoiced and unpaid, a credit note of 22.50 of which 2.50 paid for a toy."""
    client = desk.opens(
        "EX-SOLDE",
        "Delmas",
        "31\u00a0€ à facturer, 50\u00a0€ impayés, un avoir de 20\u00a0€\u00a0: le client doit 30\u00a0€.",
        title=Title.MRS,
        given_name="Claire",
        phone="06 00 00 00 01",
        email="claire.delmas@example.org",
        street="8 allée des Lilas",
        postcode="69006",
        city="Lyon",
    )
    day = date(2025, 10, 9)
    yield day
    note = desk.credits(client, day, line("Geste commercial, croquettes", "22.50", goods=True))
    day = date(2025, 10, 12)
    yield day
    toy = desk.visits(client, day, line("Balle à mâcher", "2.50", goods=True), kind=Visit.Kind.SALE)
    bought = desk.invoices_visit(toy, day)
    use_credit(
        credit=note, invoice=bought, amount=Money("2.50", "EUR"), on=day, op=desk.does(Operation.Kind.SET_OFF, day)
    )
    day = today - timedelta(days=9)
    yield day
    sale = desk.visits(client, day, line("Sac de croquettes 8 kg", "50.00", goods=True), kind=Visit.Kind.SALE)
    desk.invoices_visit(sale, day, plan=LATER)
    day = today - timedelta(days=2)
    yield day
    basket = [line("Consultation", "24.00"), line("Vermifuge", "7.00", goods=True)]
    desk.visits(client, day, *basket, kind=Visit.Kind.CONSULTATION, subject="Gaufrette")
    return client


def instalments(desk: Desk, today: date) -> Play:
    """An invoice of 100, all instalments in the future."""
    client = desk.opens(
        "EX-ECHEANCES",
        "Perrin",
        "une facture de 100\u00a0€ dont toutes les échéances sont à venir\u00a0: à payer, rien en retard.",
        title=Title.MR,
        given_name="Hugo",
        phone="06 00 00 00 02",
    )
    parts = [(today + timedelta(days=days), Decimal(amount)) for days, amount in ((20, 40), (50, 30), (80, 30))]
    yield today - timedelta(days=1)
    desk.invoices(client, today - timedelta(days=1), line("Détartrage", "100.00"), plan=Plan(Terms.FREE, free=parts))
    return client


def credit_of_50(desk: Desk, today: date) -> Play:
    """An invoice of 19 overdue a month, a credit note of 50."""
    client = desk.opens(
        "EX-AVOIR-50",
        "Morel",
        "19\u00a0€ en retard, un avoir de 50\u00a0€\u00a0: créditeur, 31\u00a0€ à utiliser.",
        title=Title.MRS,
        given_name="Inès",
    )
    return _late_with_credit(desk, today, client, "50.00")


def credit_of_5(desk: Desk, today: date) -> Play:
    """An invoice of 19 overdue a month, a credit note of 5."""
    client = desk.opens(
        "EX-AVOIR-5",
        "Benali",
        "19\u00a0€ en retard, un avoir de 5\u00a0€\u00a0: 14\u00a0€ à payer.",
        title=Title.MR,
        given_name="Karim",
    )
    return _late_with_credit(desk, today, client, "5.00")


def _late_with_credit(desk: Desk, today: date, client: Client, credit: str) -> Play:
    yield (day := today - timedelta(days=61))
    desk.invoices(client, day, line("Bilan sanguin", "19.00"), plan=Plan(Terms.DAYS_30))
    yield (day := today - timedelta(days=3))
    desk.credits(client, day, line("Remise exceptionnelle", credit))
    return client


def statement(desk: Desk, _today: date) -> Play:
    """Two invoices of 1 500 and 750, a payment of 1 000, taken over with their own references, without VAT."""
    client = desk.opens(
        "EX-RELEVE",
        "Haras des Ormes",
        "un relevé repris d’un autre logiciel\u00a0: 2\u202f250\u00a0€ facturés, 1\u202f000\u00a0€ réglés.",
        nature=Client.Nature.COMPANY,
        street="4 place du Marché",
        postcode="69400",
        city="Villefranche-sur-Saône",
    )
    taken_over = [
        (date(2025, 4, 5), "FAC-2001", "Facture vente", "1500.00"),
        (date(2025, 4, 12), "FAC-2002", "Facture prestation", "750.00"),
    ]
    for day, reference, label, amount in taken_over:
        yield day
        op = desk.does(Operation.Kind.IMPORT, day)
        sold = line(label, amount, rate="0", goods=label == "Facture vente")
        draft = draft_lines(client=client, lines=[sold], op=op)
        op = desk.does(Operation.Kind.IMPORT, day)
        issue_invoice(invoice=draft, on=day, reference=reference, plan=LATER, op=op)
    yield (day := date(2025, 4, 20))
    record_payment(
        client=client,
        amount=Money("1000.00", "EUR"),
        on=day,
        type=PaymentType.objects.get(pk="transfer"),
        reference="PAY-3001",
        settles=_oldest_first(client, Decimal(1000)),
        op=desk.does(Operation.Kind.IMPORT, day),
    )
    return client


def _oldest_first(client: Client, amount: Decimal) -> list[Wanted]:
    settles = []
    for item in open_items(client.account):
        if taken := min(amount, item.open):
            settles.append(Wanted(item.pk, taken))
            amount -= taken
    return settles


def set_off(desk: Desk, today: date) -> Play:
    """An invoice of 50 unpaid, a credit note of 50 on it, a payment of 0.00 with −50 and +50."""
    client = desk.opens(
        "EX-COMPENSATION",
        "Roux",
        "une facture et un avoir de 50\u00a0€, soldés l’un par l’autre par un règlement de 0,00\u00a0€.",
        title=Title.MRS,
        given_name="Solène",
    )
    yield (day := today - timedelta(days=6))
    invoice = desk.invoices(client, day, line("Radiographie", "50.00"))
    yield (day := day + timedelta(days=1))
    _credit_all(desk, invoice, day)
    yield (day := day + timedelta(days=1))
    desk.takes(client, day, "0.00", *all_open(client))
    return client


def refund(desk: Desk, today: date) -> Play:
    """An invoice of 50 paid, a credit note of 50 on it, a payment of −50 against the credit note."""
    client = desk.opens(
        "EX-REMBOURSEMENT",
        "Girard",
        "un avoir de 50\u00a0€ sur une facture payée, remboursé.",
        title=Title.MR,
        given_name="Paul",
    )
    yield (day := today - timedelta(days=6))
    invoice = desk.invoices(client, day, line("Échographie", "50.00"))
    desk.takes(client, day, "50.00", *all_open(client))
    yield (day := day + timedelta(days=1))
    _credit_all(desk, invoice, day)
    yield (day := day + timedelta(days=1))
    desk.takes(client, day, "-50.00", *all_open(client), by="transfer")
    return client


def _credit_all(desk: Desk, invoice: Invoice, day: date) -> CreditNote:
    draft = draft_credit(invoice=invoice, op=desk.does(Operation.Kind.CREDIT_NOTE, day))
    return validate_credit_note(note=draft, op=desk.does(Operation.Kind.CREDIT_NOTE, day))


def overpayment(desk: Desk, today: date) -> Play:
    """A payment of 120 on an invoice of 100."""
    client = desk.opens(
        "EX-TROP-PERCU",
        "Lemoine",
        "120\u00a0€ réglés pour une facture de 100\u00a0€\u00a0: 20\u00a0€ de trop-perçu.",
        title=Title.MRS,
        given_name="Agathe",
    )
    yield (day := today - timedelta(days=4))
    desk.invoices(client, day, line("Stérilisation", "100.00"))
    yield (day := day + timedelta(days=1))
    desk.takes(client, day, "120.00", *all_open(client))
    return client


def incident(desk: Desk, today: date) -> Play:
    """A cheque of 80 that paid an invoice of 80 bounced, with a fee of 15."""
    client = desk.opens(
        "EX-INCIDENT",
        "Marchand",
        "un chèque de 80\u00a0€ rejeté après la clôture, avec 15\u00a0€ de frais.",
        title=Title.MR,
        given_name="Théo",
    )
    yield (day := today - timedelta(days=20))
    desk.invoices(client, day, line("Vaccins", "80.00"))
    cheque = desk.takes(client, day, "80.00", *all_open(client), by="cheque", reference="0000412")
    yield (day := day + timedelta(days=8))
    declare_incident(
        payment=cast("Payment", cheque),
        reason=Incident.Reason.UNFUNDED_CHEQUE,
        on=day,
        fee=Money("15.00", "EUR"),
        op=desk.does(Operation.Kind.INCIDENT, day),
    )
    return client


EXAMPLES: dict[str, Callable[[Desk, date], Play]] = {
    "EX-SOLDE": solde,
    "EX-ECHEANCES": instalments,
    "EX-AVOIR-50": credit_of_50,
    "EX-AVOIR-5": credit_of_5,
    "EX-RELEVE": statement,
    "EX-COMPENSATION": set_off,
    "EX-REMBOURSEMENT": refund,
    "EX-TROP-PERCU": overpayment,
    "EX-INCIDENT": incident,
}


def play(
    desk: Desk,
    today: date,
    codes: list[str] | None = None,
    *,
    others: Generator[date, None, None] | None = None,
    tell: Callable[[date], None] = lambda _day: None,
) -> dict[str, Client]:
    """Make the examples (by default all), day by day; gives the clients by code.

    today: what « a month overdue » and « in the future » are counted from. others: who else is at work, and tells
    each day before it begins. tell: is told each day that begins.
    """
    clients: dict[str, Client] = {}
    waiting: list[tuple[date, int, str, Generator[date, None, Any]]] = []
    plays: list[tuple[str, Generator[date, None, Any]]]
    plays = [(code, EXAMPLES[code](desk, today)) for code in codes or EXAMPLES]
    if others:
        plays.append(("", others))
    for rank, (code, example) in enumerate(plays):
        if (first := next(example, None)) is not None:
            heappush(waiting, (first, rank, code, example))
    while waiting:
        day, rank, code, example = heappop(waiting)
        tell(day)
        try:
            heappush(waiting, (next(example), rank, code, example))
        except StopIteration as done:
            if code:
                clients[code] = done.value
    return clients
