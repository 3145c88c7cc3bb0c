"""What reports that are one table have in common: their page, and their files."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from office.access import user_of
from office.clock import today
from office.exports import Cell
from office.forms import form_status
from office.queries import company
from statements.forms import ReportForm
from statements.reports import ASKED_FOR, PDF, Report, answer, printed
from statements.services import log_print

F = TypeVar("F", bound=ReportForm)

ROWS = 200
PRINTED = 2000  # rows that a PDF has at most: more is for a spreadsheet


def table_page(
    request: HttpRequest, form: F, make: Callable[[F], Report], *, title: str, url_name: str
) -> HttpResponse:
    """Answer the page of a report; with filters that make no sense, the filters alone.

    make: the report of valid filters. url_name: of its page; that of its files ends with « _export ».
    """
    context: dict[str, Any] = {"form": form, "title": title}
    if form.is_valid():
        report = make(form)
        rows = _counted(report)
        paginator, wanted = Paginator(rows, ROWS), request.GET.get("page")
        page = paginator.get_page(wanted)
        is_last = page.number == paginator.num_pages
        context |= {
            "report": report,
            "page": page,
            "is_elsewhere": bool(wanted) and wanted != str(page.number),
            "rows": printed(report.columns, page.object_list),
            "foot": printed(report.columns, report.foot, are_totals=True) if is_last else [],
            "chart": mark_safe(report.drawing.decode()),  # noqa: S308 - made of our own words and figures
            **{name: f"{reverse(f'{url_name}_export', args=[name])}{form.address()}" for name in ASKED_FOR},
        }
    return render(request, "statements/table_report.html", context, status=form_status(form))


def table_export(
    request: HttpRequest, form: F, make: Callable[[F], Report], asked: str, *, url_name: str
) -> HttpResponseBase:
    """Answer a report as the file asked for. Raises Http404 for filters that make no sense."""
    if asked not in ASKED_FOR or not form.is_valid():
        raise Http404("Ces filtres ne vont pas ensemble\u00a0: corrigez-les sur la page de l’état.")
    report = make(form)
    if asked == PDF:
        if len(_counted(report)) > PRINTED:
            messages.error(request, f"Plus de {PRINTED} lignes\u00a0: filtrez, ou exportez en CSV ou XLSX.")
            return redirect(f"{reverse(url_name)}{form.address()}")
        log_print(report, by=user_of(request))
    return answer(report, asked, company(), on=today())


def _counted(report: Report) -> Sequence[Sequence[Cell]]:
    """The rows of a report, to be counted and cut into pages."""
    return report.rows if isinstance(report.rows, Sequence) else list(report.rows)
