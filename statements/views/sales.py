"""The VAT on what was collected, and the journal of sales."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from office.access import role
from office.clock import today
from office.models import Role
from statements.forms import MonthForm, SalesForm
from statements.paper import collected_report, sales_report
from statements.queries import collected_by_rate, sales, sales_accounts
from statements.reports import Report
from statements.views.tabular import table_export, table_page

COLLECTED, SALES = "collected_vat", "sales_journal"


@role(Role.ACCOUNTANT)
def collected_vat(request: HttpRequest) -> HttpResponse:
    form = MonthForm(request.GET, today=today())
    return table_page(request, form, _collected, title="Encaissements par taux de TVA", url_name=COLLECTED)


@role(Role.ACCOUNTANT)
def collected_vat_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, MonthForm(request.GET, today=today()), _collected, form, url_name=COLLECTED)


def _collected(form: MonthForm) -> Report:
    rows = collected_by_rate(form.asked, form.where)
    return collected_report(rows, period=form.asked, where=form.where, today=today())


@role(Role.ACCOUNTANT)
def sales_journal(request: HttpRequest) -> HttpResponse:
    form = SalesForm(request.GET, today=today())
    return table_page(request, form, _sales, title="Journal des ventes", url_name=SALES)


@role(Role.ACCOUNTANT)
def sales_journal_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, SalesForm(request.GET, today=today()), _sales, form, url_name=SALES)


def _sales(form: SalesForm) -> Report:
    rows, accounts = sales(form.asked, form.where, form.by), sales_accounts(form.asked, form.where)
    return sales_report(rows, accounts, by=form.by, period=form.asked, where=form.where, today=today())
