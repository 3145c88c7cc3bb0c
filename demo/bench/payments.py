"""What a payment costs: two allocations by the service, one after the other in one process, beside one SQL call.

It books: the payments are those that clients of the demo's crowd might have made, and stay.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from djmoney.money import Money
from psycopg.types.json import Jsonb

from clients.models import Client
from demo.scale.loading import SITES
from invoicing.services import identity_of
from ledger.models import Operation
from ledger.queries import journal_for
from office.clock import today
from office.models import User
from office.queries import company
from payments.models import Payment, PaymentType, Refund
from payments.services import Wanted, record_payment

WARM = 10  # payments before any is timed: plans are made, pages read

# A client of the crowd with two debts, whose oldest two are paid whole.
DEBTORS = """
    SELECT account_id, (array_agg(line_id ORDER BY due, line_id))[:2], (array_agg(open ORDER BY due, line_id))[:2]
    FROM ledger_openitem JOIN clients_client c USING (account_id) JOIN office_site s ON s.id = c.site_id
    WHERE is_debit AND open > 0 AND s.code = ANY(%s)
    GROUP BY account_id HAVING count(*) >= 2 ORDER BY account_id LIMIT %s
"""

# The rows of a payment with its allocations, and nothing else: no check, no choice, one call.
FLOOR = """
    CREATE OR REPLACE FUNCTION pg_temp.bench_payment(
        a_user bigint, a_client bigint, an_account bigint, a_site bigint, a_day date, items bigint[], amounts numeric[],
        a_type text, a_journal text, an_account_code text, a_seller jsonb, a_buyer jsonb
    ) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE op bigint; doc bigint; ent bigint; line bigint; paid bigint; ref text; total numeric;
    BEGIN
        total := (SELECT sum(x) FROM unnest(amounts) x);
        PERFORM 1 FROM ledger_clientaccount WHERE id = an_account FOR NO KEY UPDATE;
        INSERT INTO ledger_operation (kind, user_id, at, day, reason, digest, result_model, result_id)
        VALUES ('payment', a_user, now(), a_day, '', '', 'payments.payment', nextval('payments_payment_id_seq'))
        RETURNING id, result_id INTO op, paid;
        ref := 'REG-' || lpad(nextval('ledger_document_code')::text, 6, '0');
        INSERT INTO ledger_document (kind, reference, account_id, site_id, day, operation_id)
        VALUES ('payment', ref, an_account, a_site, a_day, op) RETURNING id INTO doc;
        INSERT INTO ledger_entry (journal_id, document_id, operation_id, day, site_id, currency, label)
        VALUES (a_journal, doc, op, a_day, a_site, 'EUR', 'Règlement ' || ref) RETURNING id INTO ent;
        line := nextval('ledger_line_id_seq');
        INSERT INTO ledger_line (id, entry_id, day, account_id, client_account_id, kind, due, debit, credit)
        VALUES (line, ent, a_day, '411', an_account, 'payment', a_day, 0, total),
               (nextval('ledger_line_id_seq'), ent, a_day, an_account_code, NULL, '', NULL, total, 0);
        INSERT INTO ledger_allocation (account_id, debit_id, credit_id, amount, day, debit_day, debit_due, credit_day,
                                       document_id, operation_id)
        SELECT an_account, i.line_id, line, part.amount, greatest(a_day, i.allocable_from), i.day, i.due, a_day, doc, op
        FROM unnest(items, amounts) AS part (item, amount) JOIN ledger_openitem i ON i.line_id = part.item;
        INSERT INTO payments_payment (id, client_id, document_id, site_id, type_id, amount_currency, amount, paid_on,
                                      bank_reference, note, seller, buyer, entry_id)
        VALUES (paid, a_client, doc, a_site, a_type, 'EUR', total, a_day, '', '', a_seller, a_buyer, ent);
        RETURN paid;
    END $$
"""
CALL = "SELECT pg_temp.bench_payment(%s, %s, %s, %s, %s, %s::bigint[], %s::numeric[], %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who pays what: two open items, with what is open of each; and what the bare SQL is given of them."""

    client: Client
    settles: Sequence[Wanted]
    journal: str
    buyer: Jsonb

    @property
    def amount(self) -> Decimal:
        """What is paid."""
        return sum((wanted.amount for wanted in self.settles), Decimal(0))


@dataclass(frozen=True, slots=True)
class Rates:
    """Payments a second: by the service, and the same rows by one SQL call. count: how many of each."""

    count: int
    service: float
    floor: float

    @property
    def ratio(self) -> float:
        """How many times faster the bare SQL is."""
        return self.floor / self.service


class TooFewDebtors(Exception):
    """Fewer clients of the crowd have two debts than payments are asked for."""


def measure_payments(count: int, user: User) -> Rates:
    """Book `count` payments by the service and as many by SQL, by turns of a few, so that both meet the same machine.

    Raises TooFewDebtors.
    """
    kind = PaymentType.objects.get(pk="card")
    debtors = _debtors(2 * (count + WARM), kind)
    ways = (_by_service(kind, user), _by_sql(kind, user))
    spent = [0.0, 0.0]
    for way in ways:
        _time(way, [debtors.pop() for _ in range(WARM)])
    left = count
    while left:
        some = min(left, WARM)
        for rank, way in enumerate(ways):
            spent[rank] += _time(way, [debtors.pop() for _ in range(some)])
        left -= some
    return Rates(count, *(count / seconds for seconds in spent))


def _debtors(wanted: int, kind: PaymentType) -> list[Debtor]:
    with connection.cursor() as cursor:
        cursor.execute(DEBTORS, [[site["code"] for site in SITES], wanted])
        rows = cursor.fetchall()
    if len(rows) < wanted:
        raise TooFewDebtors(f"{len(rows)} sur {wanted}")
    clients = Client.objects.select_related("account", "site").in_bulk(
        [row[0] for row in rows], field_name="account_id"
    )
    journals = {site: journal_for(kind.journal, site).pk for site in {client.site for client in clients.values()}}
    return [
        Debtor(
            client=clients[account],
            settles=[Wanted(*part) for part in zip(keys, amounts, strict=True)],
            journal=journals[clients[account].site],
            buyer=Jsonb(identity_of(clients[account], None)),
        )
        for account, keys, amounts in rows
    ]


def _time(way: Callable[[Debtor], object], debtors: Sequence[Debtor]) -> float:
    start = perf_counter()
    for debtor in debtors:
        way(debtor)
    return perf_counter() - start


def _by_service(kind: PaymentType, user: User) -> Callable[[Debtor], object]:
    def pay(debtor: Debtor) -> Payment | Refund:
        day = today()
        return record_payment(
            client=debtor.client,
            amount=Money(debtor.amount, debtor.client.account.currency),
            on=day,
            op=Operation(kind=Operation.Kind.PAYMENT, user=user, at=timezone.now(), day=day),
            type=kind,
            settles=debtor.settles,
            site=debtor.client.site,
        )

    return pay


def _by_sql(kind: PaymentType, user: User) -> Callable[[Debtor], object]:
    """A call of FLOOR by a cursor; what the service looks up each time is given to it."""
    day, seller = today(), Jsonb(company().identity())
    with connection.cursor() as cursor:
        cursor.execute(FLOOR)

    def pay(debtor: Debtor) -> None:
        client = debtor.client
        given: list[Any] = [user.pk, client.pk, client.account_id, client.site_id, day]
        given += [[wanted.item for wanted in debtor.settles], [wanted.amount for wanted in debtor.settles]]
        given += [kind.pk, debtor.journal, kind.account_id, seller, debtor.buyer]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CALL, given)

    return pay
