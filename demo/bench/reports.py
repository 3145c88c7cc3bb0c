"""What the accountant asks for: a long statement, the échéancier of a quarter, the aged balance, and their papers."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from weasyprint import HTML

from clients.models import Client
from demo.bench.desk import RATIO, busiest
from demo.bench.measuring import Goal, Task
from ledger.models import Document
from office.clock import today
from office.pdf import VARIANT, OwnFiles, no_cyclic_garbage
from office.periods import Period
from statements.forms import quarter
from statements.paper import extract_report
from statements.queries import Wanted, extract_of
from statements.reports import Report, printed
from statements.services import extract_pdf

LONG = 2_000  # documents of the statement that is measured

# Documents, payments and invoices are found by their client, which is less than to look each up by its key.
EXTRACT_FLOOR = """
    WITH sums AS MATERIALIZED (
        SELECT entry_id, day, sum(debit) AS debit, sum(credit) AS credit
        FROM ledger_line WHERE client_account_id = %(account)s GROUP BY entry_id, day
    ), document AS MATERIALIZED (
        SELECT id, reference, kind FROM ledger_document WHERE account_id = %(account)s
    ), payment AS MATERIALIZED (
        SELECT document_id, type_id FROM payments_payment WHERE client_id = %(client)s
    ), invoice AS MATERIALIZED (
        SELECT i.document_id, min(l.nature) AS nature FROM invoicing_invoice i
        JOIN invoicing_invoiceline l ON l.invoice_id = i.id WHERE i.client_id = %(client)s GROUP BY i.document_id
    )
    SELECT s.day, d.reference, d.kind, s.debit, s.credit, sum(s.debit - s.credit) OVER (ORDER BY s.day, s.entry_id),
           p.type_id, i.nature
    FROM sums s JOIN ledger_entry e ON e.id = s.entry_id JOIN document d ON d.id = e.document_id
    LEFT JOIN payment p ON p.document_id = d.id LEFT JOIN invoice i ON i.document_id = d.id
    ORDER BY s.day, s.entry_id
"""
DUES_FLOOR = """
    WITH total AS (
        SELECT count(*), sum(amount), sum(open) FROM ledger_openitem
        WHERE is_debit AND due BETWEEN %(start)s AND %(end)s
    ), picked AS MATERIALIZED (
        SELECT line_id, document_id, account_id, due, amount, open FROM ledger_openitem
        WHERE is_debit AND due BETWEEN %(start)s AND %(end)s ORDER BY due, account_id, line_id LIMIT 50
    )
    SELECT * FROM total, picked p JOIN ledger_document d ON d.id = p.document_id
    JOIN clients_client c ON c.account_id = p.account_id
    LEFT JOIN invoicing_instalment i ON i.item_id = p.line_id
"""
AGED = """
    aged AS MATERIALIZED (
        SELECT account_id, sum(amount) FILTER (WHERE is_debit AND due >= %(on)s::date) AS not_due,
               sum(amount) FILTER (WHERE is_debit AND due BETWEEN %(on)s::date - 30 AND %(on)s::date - 1) AS one,
               sum(amount) FILTER (WHERE is_debit AND due BETWEEN %(on)s::date - 60 AND %(on)s::date - 31) AS two,
               sum(amount) FILTER (WHERE is_debit AND due BETWEEN %(on)s::date - 90 AND %(on)s::date - 61) AS three,
               sum(amount) FILTER (WHERE is_debit AND due < %(on)s::date - 90) AS four,
               sum(amount) FILTER (WHERE NOT is_debit) AS credits
        FROM moves GROUP BY account_id
    ), total AS (
        SELECT count(*), sum(not_due), sum(one), sum(two), sum(three), sum(four), sum(credits) FROM aged
    ), page AS (
        SELECT c.name, aged.* FROM (
            SELECT name, account_id, sort_key, id FROM clients_client
            WHERE (account_id IN (SELECT account_id FROM aged)) IS TRUE ORDER BY sort_key, id LIMIT 50
        ) c JOIN aged USING (account_id) ORDER BY c.sort_key, c.id
    )
    SELECT * FROM total, page
"""
# With account 411, which the total is held against.
AGED_FLOOR = f"""
    WITH moves AS (SELECT account_id, is_debit, due, open AS amount FROM ledger_openitem WHERE open > 0), {AGED};
    SELECT sum(debit - credit) FROM ledger_clientaccount
"""  # noqa: S608 - made of our own words
PAST_FLOOR = f"""
    WITH moves AS (
        SELECT account_id, is_debit, due, open AS amount FROM ledger_openitem WHERE open > 0 AND day <= %(on)s
        UNION ALL
        SELECT account_id, TRUE, debit_due, CASE WHEN detached_on IS NULL THEN amount ELSE -amount END
        FROM ledger_allocation WHERE debit_day <= %(on)s AND
            (detached_on IS NULL AND day > %(on)s OR detached_on > %(on)s AND day <= %(on)s)
        UNION ALL
        SELECT account_id, FALSE, debit_due, CASE WHEN detached_on IS NULL THEN amount ELSE -amount END
        FROM ledger_allocation WHERE credit_day <= %(on)s AND
            (detached_on IS NULL AND day > %(on)s OR detached_on > %(on)s AND day <= %(on)s)
    ), {AGED};
    SELECT sum(debit - credit) FROM ledger_line WHERE client_account_id IS NOT NULL AND day <= %(on)s
"""  # noqa: S608 - made of our own words


def extract() -> list[Task]:
    """The statement of the client with about LONG documents: its data, its page."""
    client = _with_long_statement()
    params = {"account": client.account_id, "client": client.pk}
    return [
        Task(
            f"statement of {client.code}, data",
            call=lambda: extract_of(client, Wanted(Period()), today=today()),
            floor=EXTRACT_FLOOR,
            params=params,
            goals=(Goal("request", 20), RATIO),
        ),
        Task(
            f"statement of {client.code}",
            f"{reverse('client_extract', args=[client.code])}?start=",
            EXTRACT_FLOOR,
            params,
            goals=(RATIO,),
        ),
    ]


def dues() -> list[Task]:
    """The échéancier of this quarter: its first page and totals."""
    start, end = quarter(today())
    params = {"start": start, "end": end}
    return [Task("échéancier of a quarter", reverse("due_list"), DUES_FLOOR, params, goals=(Goal("sql", 40), RATIO))]


def aged() -> list[Task]:
    """The aged balance of all clients, today and on a past day: its first page and totals."""
    day, past = today(), today() - timedelta(days=100)
    address = reverse("aged_balance")
    return [
        Task("aged balance", address, AGED_FLOOR, {"on": day}, goals=(Goal("sql", 350), RATIO)),
        Task(
            "aged balance, past day",
            f"{address}?day={past:%Y-%m-%d}",
            PAST_FLOOR,
            {"on": past},
            goals=(Goal("sql", 700), RATIO),
        ),
    ]


def pdf() -> list[Task]:
    """The PDF of the long statement, beside WeasyPrint's own time for the leanest tagged table of its rows."""
    client = _with_long_statement()
    statement = extract_of(client, Wanted(Period()), today=today())
    report = extract_report(statement)
    return [
        Task(
            f"PDF of {len(statement.rows)} rows",
            call=lambda: extract_pdf(statement, on=today()),
            floor=lambda: leanest(report),
            goals=(Goal("ratio", 1.2),),
            once=True,
        )
    ]


def leanest(report: Report) -> Any:
    """The rows of a report as the barest table of a tagged PDF."""
    head = "".join(f"<th>{column.label}</th>" for column in report.columns)
    rows = ("".join(f"<td>{cell.text}</td>" for cell in row.cells) for row in printed(report.columns, report.rows))
    body = "".join(f"<tr>{cells}</tr>" for cells in rows)
    html = f"""<html lang="fr"><title>{report.title}</title><style>
        @font-face {{ font-family: Print; src: url(solde:font/regular.ttf) }} html {{ font: 9pt Print }}
        </style><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"""
    with no_cyclic_garbage():
        return HTML(string=html, base_url="solde:page", url_fetcher=OwnFiles()).write_pdf(pdf_variant=VARIANT)


def _with_long_statement() -> Client:
    """Of the clients with the most documents, the one whose documents are nearest to LONG in number."""
    return min(busiest(2), key=lambda client: abs(Document.objects.filter(account=client.account_id).count() - LONG))
