"""Reports by their names: what each makes of its filters, for its page, its files, and who prints it later."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from django.http import QueryDict

from clients.models import Client
from clients.queries import meant
from clients.sheet import Sheet
from office.errors import SoldeError
from office.forms import DayForm
from office.models import Company, User
from office.tables import ordered
from statements.forms import (
    AgedForm,
    BooksForm,
    DuesForm,
    ExpectedForm,
    ExtractForm,
    FinancialFilter,
    MonthForm,
    ReportForm,
    SalesForm,
    WalkInForm,
)
from statements.looking import tab_report
from statements.paper import (
    aged_report,
    balance_report,
    book_report,
    collected_report,
    due_report,
    expected_report,
    extract_report,
    sales_report,
    walk_in_report,
)
from statements.queries import (
    Extract,
    account_balances,
    account_books,
    aged_balance,
    aged_orders,
    ageing_limits,
    collected_by_rate,
    dues,
    dues_totals,
    expected,
    extract_of,
    hidden_columns,
    sales,
    sales_accounts,
    walk_in_documents,
    with_details,
)
from statements.reminding.queries import with_reminders
from statements.reports import Report, report_pdf
from statements.services import extract_pdf
from statements.tables import DueTable

# The names of their pages.
DUES, AGED, EXTRACT, FINANCIAL = "due_list", "aged_balance", "client_extract", "client_financial"
LONGEST = 10_000  # rows of the longest PDF: a minute, and a gigabyte of memory
DUES_COLUMNS = "dues"  # what a user hides of them is kept under it


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a report, by which query, on which day."""

    query: QueryDict
    user: User
    today: date


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that can be asked for. form: its filters; make: the report of valid ones; count: how many rows it will
    have, where that is sooner known than they are read."""

    title: str
    form: type[ReportForm]
    make: Callable[[Any, Asking], Report]
    count: Callable[[Any], int] | None = None

    def filters(self, asking: Asking) -> Any:
        """The filters of a query, valid or not."""
        return self.form(asking.query, today=asking.today)


class FiltersOff(SoldeError):
    """Filters that make no sense together."""

    def __init__(self) -> None:
        super().__init__("Ces filtres ne vont pas ensemble\u00a0: corrigez-les sur la page de l’état.")


def report_of(name: str, asking: Asking) -> Report:
    """The report of a name that a query asks for, its rows as they come. Raises FiltersOff."""
    return REPORTS[name].make(valid_filters(name, asking), asking)


def valid_filters(name: str, asking: Asking) -> Any:
    """The filters that a query sets for a report. Raises FiltersOff."""
    form = REPORTS[name].filters(asking)
    if not form.is_valid():
        raise FiltersOff
    return form


def at_most(name: str, asking: Asking, most: int) -> tuple[int, Report | None]:
    """How many rows a report will have (`most` and one more for any number above), and the report itself if its rows
    had to be read for that. Raises FiltersOff."""
    asked, form = REPORTS[name], valid_filters(name, asking)
    if asked.count:
        return asked.count(form), None
    report = asked.make(form, asking)
    rows = list(islice(report.rows, most + 1))
    return len(rows), replace(report, rows=rows)


def press(name: str, asking: Asking, business: Company) -> tuple[Report, bytes]:
    """A report as a PDF, with what it shows; under EXTRACT a client's statement, under FINANCIAL its tab Financier.

    Raises FiltersOff.
    """
    if name == EXTRACT:
        extract = _extract(asking)
        return extract_report(extract), extract_pdf(extract, on=asking.today)
    report = _financial(asking) if name == FINANCIAL else report_of(name, asking)
    return report, report_pdf(report, business, on=asking.today)


def _extract(asking: Asking) -> Extract:
    form = ExtractForm(asking.query, today=asking.today)
    if not form.is_valid():
        raise FiltersOff
    return extract_of(_client(asking), form.wanted(), today=asking.today)


def _financial(asking: Asking) -> Report:
    page = Sheet(_client(asking), DayForm(asking.query, today=asking.today))
    form = FinancialFilter(asking.query, today=page.day)
    if not form.is_valid():
        raise FiltersOff
    report, _ = tab_report(page, form, most=LONGEST)
    return report


def _client(asking: Asking) -> Client:
    return Client.objects.select_related("account").get(code=asking.query["client"])


def _due(form: DuesForm, asking: Asking) -> Report:
    wanted = form.wanted()
    rows = dues(wanted)
    hidden = hidden_columns(asking.user, DUES_COLUMNS)
    details = with_reminders(with_details(rows))
    table = ordered(DueTable(details, today=asking.today, hidden=hidden), asking.query)
    names = [column.name for column in table.columns]
    found = table.data.data.iterator(chunk_size=1000)
    return due_report(wanted, names, found, dues_totals(rows), today=asking.today)


def _due_count(form: DuesForm) -> int:
    return sum(total.count for total in dues_totals(dues(form.wanted())))


def aged_order(query: QueryDict, limits: Sequence[int]) -> str:
    """The order that a query asks the aged balance for; by name if it asks for none that exists."""
    asked = query.get("sort", "")
    return asked if asked.removeprefix("-") in aged_orders(limits) else "name"


def _aged(form: AgedForm, asking: Asking) -> Report:
    day = form.on or asking.today
    limits = ageing_limits(day)
    rows, totals = aged_balance(
        today=asking.today, on=form.on, where=form.where, limits=limits, order=aged_order(asking.query, limits)
    )
    return aged_report(rows, totals, limits=limits, day=day, where=form.where)


def _balance(form: MonthForm, asking: Asking) -> Report:
    books = account_balances(form.asked, form.where)
    return balance_report(books, period=form.asked, where=form.where, today=asking.today)


def _book(form: BooksForm, asking: Asking) -> Report:
    wanted = form.cleaned_data["client"]
    period, where = form.asked, form.where
    balances = account_balances(period, where, meant(wanted) if wanted else None)
    lines = partial(account_books, period, where)
    return book_report(balances, lines, period=period, where=where, today=asking.today)


def _walk_ins(form: WalkInForm, asking: Asking) -> Report:
    documents = walk_in_documents(form.asked, form.where)
    return walk_in_report(documents, period=form.asked, where=form.where, today=asking.today)


def _expected(form: ExpectedForm, asking: Asking) -> Report:
    rows = expected(form.where, today=asking.today, by_month=form.by_month)
    return expected_report(rows, by_month=form.by_month, where=form.where, today=asking.today)


def _collected(form: MonthForm, asking: Asking) -> Report:
    rows = collected_by_rate(form.asked, form.where)
    return collected_report(rows, period=form.asked, where=form.where, today=asking.today)


def _sales(form: SalesForm, asking: Asking) -> Report:
    rows, accounts = sales(form.asked, form.where, form.by), sales_accounts(form.asked, form.where)
    return sales_report(rows, accounts, by=form.by, period=form.asked, where=form.where, today=asking.today)


# By the name of its page.
REPORTS: Mapping[str, Asked] = {
    DUES: Asked("État échéanciers client", DuesForm, _due, _due_count),
    AGED: Asked("Balance âgée", AgedForm, _aged),
    "client_balances": Asked("Balance clients", MonthForm, _balance),
    "client_books": Asked("Grand livre clients", BooksForm, _book),
    "walk_ins": Asked("Extrait détaillé client passager", WalkInForm, _walk_ins),
    "expected": Asked("Encaissements à venir", ExpectedForm, _expected),
    "collected_vat": Asked("Encaissements par taux de TVA", MonthForm, _collected),
    "sales_journal": Asked("Journal des ventes", SalesForm, _sales),
}
