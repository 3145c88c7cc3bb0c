"""Short ways to do what a desk does, by the services, in tests of the apps."""

from datetime import date
from decimal import Decimal
from itertools import count

from clients.models import Client
from clients.services import Details, open_client
from demo.examples import Desk
from invoicing.services import NewLine
from ledger.models import Operation
from ledger.queries import open_items

desk = Desk()
_numbers = count(1)


def client(**details) -> Client:
    return open_client(Details(f"Client {next(_numbers)}", **details))


def op(day: date) -> Operation:
    """What is done on a day."""
    return desk.does(Operation.Kind.PAYMENT, day)


def line(price: str, *, rate: str = "20", quantity: str = "1") -> NewLine:
    """A line at a price VAT included."""
    return NewLine("Acte", Decimal(price), Decimal(rate), Decimal(quantity))


def opened(client: Client, on: date | None = None) -> dict[str, Decimal]:
    """What is open on a client's account by reference, credits below 0."""
    sums: dict[str, Decimal] = {}
    for item in open_items(client.account, on):
        reference = item.document.reference
        sums[reference] = sums.get(reference, Decimal(0)) + (item.left if item.is_debit else -item.left)
    return sums
