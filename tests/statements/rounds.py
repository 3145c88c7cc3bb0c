"""Statements of many clients: what their tests are made of."""

from datetime import date, datetime
from uuid import uuid4

from django.utils import timezone

from ledger.models import Operation
from office.models import Company, MailServer, Role
from office.periods import Period
from statements.models import Choice, Round
from statements.queries import Basis, Wanted, Where
from statements.rounds import making, pressing
from statements.rounds.queries import Chosen, pending, statements_of
from tests.builders import a_client, invoice
from tests.factories import op
from tests.pages import at_work, text_of

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
DAY, END = date(2026, 3, 12), date(2026, 3, 31)
NOON = datetime(2026, 4, 1, 12, tzinfo=timezone.get_default_timezone())
PAGE = "/etats/releves/nouveau/"
MAILED = {"channel": "email", "city": "Lyon"}


def owing(code: str, amount: str, **details):
    """A client who owes an amount since DAY."""
    made = a_client(code, name=f"Nom {code}", **{"city": "Lyon", **details})
    invoice(made, DAY, amount, due=date(2026, 3, 20))
    return made


def chosen(choice: Choice = Choice.ALL, period: Period = MARCH, **more) -> Chosen:
    basis, where = more.pop("basis", Basis.TTC), more.pop("where", Where())
    return Chosen(choice, Wanted(period, basis, where), period.end or END, **more)


def prepared(what: Chosen | None = None, *, job=lambda **_: None, **more) -> Round:
    act = op(date(2026, 4, 1), Operation.Kind.STATEMENT)
    return making.prepare_round(chosen=what or chosen(), about="Mars", op=act, job=job, **more)


def made_whole(of: Round) -> Round:
    making.list_clients(of.pk, at=NOON)
    making.make_statements(of.pk, map(pressing.press_now, pending(of)), at=lambda: NOON)
    making.end_round(of.pk, at=NOON)
    return Round.objects.get(pk=of.pk)


def told(of: Round) -> list[tuple[str, str, str]]:
    return [(one.client.code, one.outcome, one.reason or one.unsent) for one in statements_of(of)]


def a_server() -> None:
    Company.objects.create(pk=1, name="Clinique du Parc")
    MailServer.objects.create(pk=1, sender_address="a@exemple.fr")


def accountant(browser):
    return at_work(browser, role=Role.ACCOUNTANT)


def form(**fields) -> dict[str, object]:
    return {"key": str(uuid4()), **fields}


def page(response) -> str:
    return text_of(response.content.decode())


ALL = f"{PAGE}?start=2026-03-01&end=2026-03-31"
