"""The grand livre and the balance of clients."""

from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from clients.queries import meant
from office.access import role
from office.clock import today
from office.models import Role
from statements.forms import BooksForm, MonthForm
from statements.paper import balance_report, book_report
from statements.queries import account_balances, account_books
from statements.reports import Report
from statements.views.tabular import table_export, table_page

BALANCE, BOOK = "client_balances", "client_books"


@role(Role.ACCOUNTANT)
def client_balances(request: HttpRequest) -> HttpResponse:
    form = MonthForm(request.GET, today=today())
    return table_page(request, form, _balance, title="Balance clients", url_name=BALANCE)


@role(Role.ACCOUNTANT)
def client_balances_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, MonthForm(request.GET, today=today()), _balance, form, url_name=BALANCE)


def _balance(form: MonthForm) -> Report:
    books = account_balances(form.asked, form.where)
    return balance_report(books, period=form.asked, where=form.where, today=today())


@role(Role.ACCOUNTANT)
def client_books(request: HttpRequest) -> HttpResponse:
    form = BooksForm(request.GET, today=today())
    return table_page(request, form, _book, title="Grand livre clients", url_name=BOOK)


@role(Role.ACCOUNTANT)
def client_books_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, BooksForm(request.GET, today=today()), _book, form, url_name=BOOK)


def _book(form: BooksForm) -> Report:
    wanted = form.cleaned_data["client"]
    period, where = form.asked, form.where
    balances = account_balances(period, where, meant(wanted) if wanted else None)
    lines = partial(account_books, period, where)
    return book_report(balances, lines, period=period, where=where, today=today())
