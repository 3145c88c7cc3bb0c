"""What the crowd does: who comes, buys, pays, owes and is credited, act after act, by chance of a seed."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from clients.terms import Terms
from demo import wares
from demo.scale.books import Books, Item
from demo.scale.money import payment, set_off, shares
from demo.scale.people import LARGEST, Person
from demo.scale.sales import RATE, Basket, Issued, Sold, Ware, credit_note, invoice, visit
from invoicing.services import Plan
from invoicing.vat import QuotedLine, document_amounts

CARE = [Ware(ware.name, ware.amount) for ware in wares.wares(wares.CARE)]
SURGERY = [Ware(ware.name, ware.amount) for ware in wares.wares(wares.SURGERY)]
GOODS = [Ware(ware.name, ware.amount, goods=True) for ware in wares.wares(wares.GOODS)]
GESTURES = [Ware("Geste commercial", Decimal(price)) for price in ("5.00", "8.00", "10.00", "15.00", "20.00", "30.00")]

AT_ONCE, LATER, PAYS, IS_CREDITED = range(4)
WEIGHTS = (25, 30.5, 15.5, 4)  # an invoice paid at once is two entries, any other act one
OPENS, HOURS = 8, 11
RECENT = 2_000  # invoices that a credit note may still be on
ZONE = ZoneInfo(settings.TIME_ZONE)


class Debtors:
    """Who owes something: one is picked by chance as fast among many as among few."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self.places: dict[int, int] = {}

    def add(self, who: Person) -> None:
        """Someone owes something, perhaps as before."""
        if who.rank not in self.places:
            self.places[who.rank] = len(self.people)
            self.people.append(who)

    def drop(self, who: Person) -> None:
        """Someone owes nothing any more."""
        place = self.places.pop(who.rank)
        last = self.people.pop()
        if last is not who:
            self.people[place] = last
            self.places[last.rank] = place


class Agenda:
    """The crowd's acts, on days that go by; it knows what is owed, to let it be paid.

    debts: what is open of each person already, by rank, oldest first. today: the last day.
    """

    def __init__(self, books: Books, crowd: Sequence[Person], debts: Mapping[int, list[Item]], today: date) -> None:
        self.books, self.today = books, today
        self.largest, self.chance = crowd[: len(LARGEST)], Random()  # noqa: S311 - no secret
        others = crowd[len(LARGEST) :]
        self.prompt = [who for who in others if not who.slow]
        self.slow = [who for who in others if who.slow]
        self.debts: dict[int, list[Item]] = {rank: list(items) for rank, items in debts.items()}
        self.debtors = Debtors()
        for who in crowd:
            if who.rank in self.debts:
                self.debtors.add(who)
        self.recent: deque[Issued] = deque(maxlen=RECENT)

    def play(
        self, entries: int, largest: Sequence[int], moments: Callable[[int], Sequence[datetime]], chance: Random
    ) -> None:
        """Act until there are so many entries more, about so many of them of each of the largest clients.

        moments: gives as many as asked for, in order.
        """
        self.chance = chance
        acts: list[int] = []
        left = entries
        while left:
            act = chance.choices((AT_ONCE, LATER, PAYS, IS_CREDITED), WEIGHTS)[0] if left > 1 else LATER
            left -= 2 if act == AT_ONCE else 1
            acts.append(act)
        shares = [min(len(acts), wanted * len(acts) // entries) for wanted in largest]
        picked = iter(chance.sample(range(len(acts)), sum(shares)))
        own = {next(picked): who for who, share in zip(self.largest, shares, strict=True) for _ in range(share)}
        for rank, (act, at) in enumerate(zip(acts, moments(len(acts)), strict=True)):
            self._act(act, own.get(rank), at)

    def _act(self, act: int, who: Person | None, at: datetime) -> None:
        """Do something, of a person or of whoever comes; who owes nothing, or can't be credited, buys."""
        chance = self.chance
        if act == AT_ONCE:
            self._pays_at_once(who or chance.choice(self.prompt), at)
        elif not (act == PAYS and self._pays(who or self._debtor(), at)) and not (
            act == IS_CREDITED and self._is_credited(who, at)
        ):
            self._comes(who or chance.choice(self.slow if chance.random() < 0.85 else self.prompt), at, later=True)

    def _debtor(self) -> Person | None:
        return self.chance.choice(self.debtors.people) if self.debtors.people else None

    # Who comes

    def _basket(self) -> Basket:
        chance = self.chance
        kind = chance.random()
        if kind < 0.12:
            return tuple(chance.sample(GOODS, chance.choice((1, 1, 2))))
        wares = chance.sample(CARE, chance.choice((1, 1, 1, 2)))
        if chance.random() < 0.05:
            wares.append(chance.choice(SURGERY))
        if kind < 0.27:
            wares.append(chance.choice(GOODS))
        return tuple(wares)

    def _comes(self, who: Person, at: datetime, *, later: bool) -> Issued:
        """A visit or a mere sale, invoiced; now and then there is another visit that waits to be."""
        chance = self.chance
        if chance.random() < (0.2 if (self.today - at.date()).days < 12 else 0.008):
            visit(self.books, who, at, self._basket(), subject=self._subject(who))
        seen = at if chance.random() < 0.55 else None
        plan, subject = self._plan(who, later=later), self._subject(who) if seen else ""
        made = invoice(self.books, who, at, self._basket(), plan, seen=seen, subject=subject)
        self.debts.setdefault(who.rank, []).extend(made.items)
        self.debtors.add(who)
        self.recent.append(made)
        return made

    def _subject(self, who: Person) -> str:
        return self.chance.choice(who.pets) if who.pets else ""

    def _plan(self, who: Person, *, later: bool) -> Plan:
        count = self.chance.choices((1, 2, 3), (45, 30, 25) if later else (90, 6, 4))[0]
        if count > 1:
            return Plan(Terms.INSTALMENTS, count=count)
        if who.company:
            return Plan(Terms.DAYS_30_MONTH_END)
        return Plan(Terms.DAYS_30 if later else Terms.RECEIPT)

    # What is paid and credited

    def _pays_at_once(self, who: Person, at: datetime) -> None:
        issued = self._comes(who, at, later=False)
        by = self.chance.choices(("card", "cheque", "cash"), (6, 2, 2))[0]
        self._takes(who, at, issued.items[:1], issued.items[0].open, by=by)

    def _pays(self, who: Person | None, at: datetime) -> bool:
        """Someone pays what is owed: all of it, the oldest, or a part; or too much, or in advance."""
        owed = self.debts.get(who.rank) if who else None
        if who is None or not owed:
            return False
        chance, fate = self.chance, self.chance.random()
        chosen = owed[: chance.choice((1, 1, 2, 2, 3)) if who.slow else None]
        amount = sum((item.open for item in chosen), Decimal(0))
        if fate < 0.08:
            return self._takes(who, at, [], Decimal(chance.choice((30, 50, 80, 100))))
        if fate < 0.25:
            amount = (amount * Decimal(chance.choice(("0.3", "0.5", "0.75")))).quantize(Decimal("0.01"))
        elif fate < 0.37:
            amount += Decimal(chance.choice((5, 10, 20, 40)))
        return self._takes(who, at, chosen, amount)

    def _takes(self, who: Person, at: datetime, debts: Sequence[Item], amount: Decimal, *, by: str = "") -> bool:
        by = by or self.chance.choices(("transfer", "card", "cheque"), (5, 3, 2))[0]
        reference = f"{self.chance.randint(1, 9_999_999):07d}" if by == "cheque" else ""
        payment(self.books, who, at, amount, by=by, settles=shares(debts, amount), reference=reference)
        self._settled(who)
        return True

    def _is_credited(self, who: Person | None, at: datetime) -> bool:
        """A credit note on a recent invoice, of a line or of all, or a mere gesture; often used at once."""
        chance = self.chance
        if who is None and self.recent and chance.random() < 0.7:
            issued = self.recent[chance.randrange(len(self.recent))]
            self.recent.remove(issued)
            whole = chance.random() < 0.3
            lines = list(issued.lines) if whole else [chance.choice(issued.lines)]
            item, who, debts = credit_note(self.books, issued.who, at, lines, issued), issued.who, issued.items
        else:
            who = who or chance.choice(self.prompt)
            if who.company:
                return False  # a global one to a professional refers to something
            item, debts = credit_note(self.books, who, at, [_gesture(chance)], None), self.debts.get(who.rank, ())
        if chance.random() < 0.6 and (settles := shares(debts, item.open)):
            set_off(self.books, who, at, item, settles)
            self._settled(who)
        return True

    def _settled(self, who: Person) -> None:
        """Forget what is owed no more."""
        rest = [item for item in self.debts.get(who.rank, ()) if item.open]
        if rest:
            self.debts[who.rank] = rest
        elif self.debts.pop(who.rank, None):
            self.debtors.drop(who)


def _gesture(chance: Random) -> Sold:
    ware = chance.choice(GESTURES)
    amounts = document_amounts([QuotedLine(Decimal(1), ware.price, RATE)], prices_include_vat=True)
    return 0, ware, amounts.lines[0]


def moment(days: Sequence[date], share: float) -> datetime:
    """The moment that lies at a share (0 to 1) of days, at opening hours."""
    rank, rest = divmod(share * len(days), 1)
    return datetime.combine(days[int(rank)], time(OPENS), tzinfo=ZONE) + timedelta(hours=HOURS * rest)


def working_days(last: date, span: timedelta) -> list[date]:
    """The days of a span that ends today; no Sunday but today."""
    days = [last - timedelta(days=back) for back in range(span.days, -1, -1)]
    return [day for day in days if day.weekday() != 6 or day == last]
