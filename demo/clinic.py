"""A believable veterinary clinic: clients with their animals, and what they had, paid and owe, day by day.

All comes of a seed: the same day of loading and seed make the same clinic. Done by the services, like anyone's.
"""

from collections import defaultdict
from collections.abc import Callable, Generator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import cast

from djmoney.money import Money

from clients.models import Animal, Client, Contact, Note
from clients.services import Details, open_clients
from clients.terms import Terms
from credits.services import draft_amount_credit, validate_credit_note
from demo import names
from demo.catalogue import PriceList
from demo.examples import Desk, all_open
from demo.wares import CARE, GOODS, SURGERY, wares
from invoicing.models import Invoice, Visit
from invoicing.services import NewLine, Plan, draft_visits, issue_invoice
from ledger.models import Operation, Party
from ledger.queries import open_items
from payments.models import Incident, Payment, PaymentType
from payments.services import Wanted, declare_incident, issue_and_pay

SEED = 2_026
SPAN = timedelta(days=548)  # 18 months
SUNDAY = 6
WALK_IN_CODE = "PASSAGE"

Act = Callable[[date], None]


class Clinic:
    """The clinic at work: an agenda of acts, each of which may put further ones in it."""

    def __init__(self, desks: list[Desk], today: date, *, size: int, seed: int = SEED) -> None:
        self.desks, self.today, self.random = desks, today, Random(seed)  # noqa: S311 - no secret
        self.agenda: dict[date, list[Act]] = defaultdict(list)
        self.prices = PriceList.read()
        self.types = {type.pk: type for type in PaymentType.objects.order_by("pk")}
        self.bounces = 0
        people = open_clients([self._person(rank) for rank in range(size)])
        self.walk_in = open_clients([Details("Client passager", code=WALK_IN_CODE, walk_in=True)])[0]
        for client in people:
            self._expect(client)
        for _ in range(size // 12):
            self.put(self._some_day(), self._passer_by)
        if people:
            self._cheques(people)

    def days(self) -> Generator[date, None, None]:
        """Do what the agenda holds, telling each day before it begins."""
        day = self.today - SPAN
        while day <= self.today:
            if day in self.agenda:
                yield day
                for act in self.agenda[day]:  # an act may put another in the same day
                    act(day)
            day += timedelta(days=1)

    def put(self, day: date, act: Act) -> None:
        """Put an act in the agenda; never on a Sunday, unless that is today, nor after today."""
        if day.weekday() == SUNDAY and day != self.today:
            day += timedelta(days=1)
        if day <= self.today:
            self.agenda[day].append(act)

    # Who comes

    def _person(self, rank: int) -> Details:
        chance = self.random
        postcode, city = chance.choice(names.TOWNS)
        street = f"{chance.randint(1, 90)} {chance.choice(names.STREETS)}"
        phone = f"06 39 98 {rank // 100 % 100:02d} {rank % 100:02d}"  # kept for fiction
        site = self.desks[rank % 5 > 2].site
        animals = [self._animal() for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))]
        if rank % 37 == 7:
            name = names.COMPANIES[rank // 37 % len(names.COMPANIES)]
            contacts = [Contact(name=" ".join((chance.choice(names.GIVEN)[1], chance.choice(names.FAMILIES))))]
            terms = Terms.DAYS_30_MONTH_END.value
            return Details(
                name, nature=Client.Nature.COMPANY, phone=phone, city=city, site=site, terms=terms,
                contacts=contacts, animals=animals, street=street, postcode=postcode,
            )  # fmt: skip
        title, given = chance.choice(names.GIVEN)
        email = f"client{rank:03d}@example.org" if chance.random() < 0.8 else ""
        notes = [Note(text="Chien craintif\u00a0: muselière.", is_alert=True)] if rank % 41 == 3 else []
        return Details(
            chance.choice(names.FAMILIES), title=title, given_name=given, phone=phone, email=email, city=city,
            site=site, animals=animals, notes=notes, street=street, postcode=postcode,
        )  # fmt: skip

    def _animal(self) -> Animal:
        chance = self.random
        species, breed = chance.choice(names.SPECIES)
        return Animal(
            name=chance.choice(names.ANIMALS),
            species=species,
            breed=breed,
            sex=chance.choice(Animal.Sex.values),
            born=self.today - timedelta(days=chance.randint(100, 5000)),
            chip=f"2502696{chance.randint(0, 99_999_999):08d}" if species in ("Chien", "Chat") else "",
        )

    def _some_day(self) -> date:
        return self.today - timedelta(days=self.random.randint(0, SPAN.days))

    def _expect(self, client: Client) -> None:
        for _ in range(self.random.choice((1, 1, 2, 2, 2, 3, 4))):
            self.put(self._some_day(), lambda day: self._comes(client, day))
        if self.random.random() < 1 / 25:
            self.put(self.today, lambda day: self._comes(client, day))

    def _cheques(self, people: list[Client]) -> None:
        """What there is to see of cheques on any day of loading: one that bounced and is partly paid, some in hand, and
        three given at once, to be taken to the bank a month apart.
        """
        first = people[0]
        self.put(self.today - timedelta(days=31), lambda day: self._pays_by_cheque(first, day, then=self._bounces))
        self.put(self.today - timedelta(days=9), lambda day: self._pays_part(first, day))
        for rank, client in enumerate(people[1:6]):
            self.put(self.today - timedelta(days=rank), lambda day, who=client: self._pays_by_cheque(who, day))  # type: ignore[misc]
        self.put(self.today - timedelta(days=6), lambda day: self._pays_by_deferred_cheques(people[-1], day))

    # What is done

    def _desk(self, client: Client) -> Desk:
        return next((desk for desk in self.desks if desk.site == client.site), self.desks[0])

    def _basket(self, client: Client, day: date) -> list[NewLine]:
        chance = self.random
        picked = chance.sample(wares(CARE), chance.choice((1, 1, 2)))
        if chance.random() < 0.4 and (consultation := wares(CARE)[0]) not in picked:
            picked.insert(0, consultation)
        if chance.random() < 0.08:
            picked.append(chance.choice(wares(SURGERY)))
        if chance.random() < 0.5:
            picked.append(chance.choice(wares(GOODS)))
        tariff = next((name for word, name in names.TARIFFS.items() if client.name.startswith(word)), "")
        return [self.prices.line(ware, day, name=tariff) for ware in picked]

    def _comes(self, client: Client, day: date) -> None:
        animal = self.random.choice(list(client.animals.order_by("pk")))
        desk = self._desk(client)
        subject = f"{animal.name} ({animal.species.lower()})"
        visit = desk.visits(client, day, *self._basket(client, day), kind=Visit.Kind.CONSULTATION, subject=subject)
        age = (self.today - day).days
        if self.random.random() < (0.35 if age == 0 else 0.2 if age < 12 else 0.008):
            return  # to invoice
        self._invoices(client, visit, day)

    def _invoices(self, client: Client, visit: Visit, day: date) -> None:
        desk, chance = self._desk(client), self.random
        if client.is_company:
            desk.invoices_visit(visit, day, plan=Plan(Terms.DAYS_30_MONTH_END))
            late = chance.choice((30, 42, 55, 75, 400))
            self.put(day + timedelta(days=late), lambda then: self._pays(client, then, by="transfer"))
            return
        fate = chance.random()
        if fate < 0.78:
            by = chance.choices(("card", "cheque", "cash"), (6, 2, 2))[0]
            self._pays_at_once(client, visit, day, by=by)
        elif fate < 0.82:
            desk.invoices_visit(visit, day, plan=Plan(Terms.INSTALMENTS, count=3))
            for months in range(3):
                if chance.random() < 0.9:
                    self.put(day + timedelta(days=31 * months), lambda then: self._pays_due(client, then))
        elif fate < 0.86:
            desk.invoices_visit(visit, day)
            self._pays(client, day, extra=Decimal(chance.choice((5, 10, 20))))
        elif fate < 0.9:
            invoice = desk.invoices_visit(visit, day)
            self._pays(client, day)
            self.put(day + timedelta(days=4), lambda then: self._gives_back(client, invoice, then))
        else:
            desk.invoices_visit(visit, day, plan=Plan(Terms.DAYS_30))
            late = chance.choice((12, 20, 28, 35, 50, 80, 400))
            self.put(day + timedelta(days=late), lambda then: self._pays(client, then, by="transfer"))

    def _pays_at_once(self, client: Client, visit: Visit, day: date, *, by: str) -> None:
        desk = self._desk(client)
        draft = draft_visits(visits=[visit], op=desk.does(Operation.Kind.INVOICE, day))
        op = desk.does(Operation.Kind.PAYMENT, day)
        invoice = issue_and_pay(invoice=draft, type=self.types[by], on=day, op=op)
        if by == "cheque" and self.bounces < 4 and self.random.random() < 0.05:
            self.bounces += 1
            self.put(day + timedelta(days=9), lambda then: self._bounces(invoice, then))

    def _pays(self, client: Client, day: date, *, by: str = "card", extra: Decimal = Decimal(0)) -> None:
        """Pay all that is owed; `extra` is a trop-perçu."""
        wanted = all_open(client)
        owed = [one for one in wanted if one.amount > 0]
        if owed:
            self._desk(client).takes(client, day, str(sum(one.amount for one in owed) + extra), *owed, by=by)

    def _pays_due(self, client: Client, day: date) -> None:
        owed = [one for one in all_open(client) if one.amount > 0][:1]
        if owed:
            self._desk(client).takes(client, day, str(owed[0].amount), *owed)

    def _gives_back(self, client: Client, invoice: Invoice, day: date) -> None:
        """A credit note on part of an invoice that was paid; every other one is refunded."""
        desk = self._desk(client)
        amount = Money((invoice.ttc.amount / 4).quantize(Decimal("0.01")), "EUR")
        draft = draft_amount_credit(invoice=invoice, amount=amount, op=desk.does(Operation.Kind.CREDIT_NOTE, day))
        note = validate_credit_note(note=draft, op=desk.does(Operation.Kind.CREDIT_NOTE, day))
        given = [one for one in all_open(client) if one.amount == -note.ttc.amount][:1]
        if given and self.random.random() < 0.5:
            desk.takes(client, day, str(given[0].amount), *given, by="transfer")

    def _pays_by_cheque(
        self, client: Client, day: date, *, then: Callable[[Invoice, date], None] | None = None
    ) -> None:
        desk = self._desk(client)
        visit = desk.visits(client, day, *self._basket(client, day), kind=Visit.Kind.CONSULTATION)
        draft = draft_visits(visits=[visit], op=desk.does(Operation.Kind.INVOICE, day))
        op = desk.does(Operation.Kind.PAYMENT, day)
        invoice = issue_and_pay(invoice=draft, type=self.types["cheque"], on=day, op=op)
        if then:
            self.put(day + timedelta(days=9), lambda later: then(invoice, later))

    def _pays_by_deferred_cheques(self, client: Client, day: date) -> None:
        desk = self._desk(client)
        operation = self.prices.line(wares(SURGERY)[0], day)
        visit = desk.visits(client, day, operation, kind=Visit.Kind.CONSULTATION)
        invoice = desk.invoices_visit(visit, day, plan=Plan(Terms.INSTALMENTS, count=3))
        for rank, item in enumerate(open_items(client.account).filter(document=invoice.document)):
            number = f"{4417 + rank:07d}"
            desk.takes(
                client, day, str(item.open), Wanted(item.pk, item.open), by="cheque", reference=number, paid_on=item.due
            )

    def _pays_part(self, client: Client, day: date) -> None:
        """Pay a third of what an incident left open."""
        owed = [one for one in all_open(client) if one.amount > 0][:1]
        for one in owed:
            part = Wanted(one.item, (one.amount / 3).quantize(Decimal("0.01")))
            self._desk(client).takes(client, day, str(part.amount), part, by="cash")

    def _bounces(self, invoice: Invoice, day: date) -> None:
        client = invoice.client
        cheque = Payment.objects.filter(client=client, type="cheque", document__day=cast("date", invoice.day)).first()
        declare_incident(
            payment=cast("Payment", cheque),
            reason=Incident.Reason.UNFUNDED_CHEQUE,
            on=day,
            fee=Money("15.00", "EUR"),
            op=self._desk(client).does(Operation.Kind.INCIDENT, day),
        )

    def _passer_by(self, day: date) -> None:
        desk = self.random.choice(self.desks)
        name = f"{self.random.choice(names.GIVEN)[1]} {self.random.choice(names.FAMILIES)}"
        party = Party.objects.create(account=self.walk_in.account, name=name)
        basket = [self.prices.line(self.random.choice(wares(GOODS)), day)]
        visit = desk.visits(self.walk_in, day, *basket, kind=Visit.Kind.SALE, party=party)
        draft = draft_visits(visits=[visit], op=desk.does(Operation.Kind.INVOICE, day))
        if self.random.random() < 0.9:
            issue_and_pay(invoice=draft, type=self.types["cash"], on=day, op=desk.does(Operation.Kind.PAYMENT, day))
        else:
            issue_invoice(invoice=draft, on=day, op=desk.does(Operation.Kind.INVOICE, day))
