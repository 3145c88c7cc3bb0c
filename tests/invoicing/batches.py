"""Invoices of many clients: what their tests are made of."""

from datetime import date, datetime
from uuid import uuid4

from django.utils import timezone

from invoicing import services
from invoicing.models import Batch
from invoicing.queries import all_visits_to_invoice, candidates, items_of_batch
from ledger.models import Operation
from office.clock import today
from office.models import Role
from tests.builders import a_client, line, visit
from tests.factories import op
from tests.pages import at_work, text_of

DAY = date(2026, 3, 2)
END = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 12, tzinfo=timezone.get_default_timezone())
PAGE = "/a-facturer/lots/nouveau/"


def clients(number: int, **details) -> list:
    """So many clients, in the order of their names, each with a visit of 12,00."""
    made = [a_client(f"C-{rank}", name=f"Nom {rank:03d}", **details) for rank in range(1, number + 1)]
    for one in made:
        visit(one, DAY, line("12"))
    return made


def prepared(*, on: date = END, together: bool = False, terms: str = "", key=None, job=lambda **_: None) -> Batch:
    return services.prepare_batch(
        visits=candidates(all_visits_to_invoice(), on=on),
        about="Toutes",
        on=on,
        together=together,
        terms=terms,
        op=op(on, Operation.Kind.INVOICE, key=key),
        job=job,
    )


def step(batch: Batch) -> bool:
    return services.take_step(batch.pk, at=NOON, job=lambda **_: None)


def made_whole(batch: Batch) -> Batch:
    while step(batch):
        pass
    return Batch.objects.get(pk=batch.pk)


def outcomes(batch: Batch) -> list[tuple[str, str]]:
    return [(item.client.code, item.outcome) for item in items_of_batch(batch)]


def reasons(batch: Batch) -> dict[str, str]:
    return {item.client.code: item.reason for item in items_of_batch(batch) if item.outcome == "skipped"}


def accountant(browser, **user):
    return at_work(browser, role=Role.ACCOUNTANT, **user)


def form(**fields) -> dict[str, object]:
    return {
        "key": str(uuid4()),
        "action": "create",
        "how": "each",
        "day": today().isoformat(),
        "terms": "",
        **fields,
    }


def page(response) -> str:
    return text_of(response.content.decode())


def channelled(job=lambda **_: None) -> Batch:
    """A batch of four clients: by paper, without a channel, by e-mail, and by e-mail without an address."""
    for code, details in {
        "C-1": {"channel": "paper"},
        "C-2": {"channel": ""},
        "C-3": {"channel": "email", "email": "c3@exemple.fr"},
        "C-4": {"channel": "email"},
        "C-5": {"channel": "e_invoice", "email": "c5@exemple.fr"},
    }.items():
        visit(a_client(code, name=f"Nom {code}", **details), DAY, line("12"))
    return made_whole(prepared())
