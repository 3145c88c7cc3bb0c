"""Reads across all clients."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from clients.models import Client
from ledger.balance import Balance, read_balance, with_balances
from ledger.models import ClientAccount


@dataclass(frozen=True, slots=True)
class ClientBalance:
    """A client and its figures of one day."""

    client: Client
    balance: Balance


def client_balances(*, today: date, on: date | None = None, codes: Collection[str] = ()) -> list[ClientBalance]:
    """The figures of clients, by code: of all, archived ones too, or of those that bear `codes`.

    on: a past day, to its end; None for today, which counts everything posted.
    """
    accounts = ClientAccount.objects.filter(client__isnull=False)
    if codes:
        accounts = accounts.filter(client__code__in=codes)
    rows = with_balances(accounts, today=today, on=on).select_related("client").order_by("client__code")
    return [ClientBalance(row.client, read_balance(row, on or today)) for row in rows]
