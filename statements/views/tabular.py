"""What reports that are one table have in common: their page, and their files."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from office.exports import Cell
from office.forms import form_status
from office.queries import company
from statements.asked import REPORTS, FiltersOff, report_of
from statements.reports import ASKED_FOR, PDF, Report, answer, printed
from statements.views.printing import answer_pdf, asking_of

ROWS = 200


def table_page(request: HttpRequest, name: str) -> HttpResponse:
    """Answer the page of a report; with filters that make no sense, the filters alone.

    name: of its page, under which it can be asked for; that of its files ends with « _export ».
    """
    asking, asked = asking_of(request), REPORTS[name]
    form = asked.filters(asking)
    context: dict[str, Any] = {"form": form, "title": asked.title}
    if form.is_valid():
        report = asked.make(form, asking)
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
            **{file: f"{reverse(f'{name}_export', args=[file])}{form.address()}" for file in ASKED_FOR},
        }
    return render(request, "statements/table_report.html", context, status=form_status(form))


def table_export(request: HttpRequest, name: str, file: str) -> HttpResponseBase:
    """Answer a report as the file asked for. Raises Http404 for filters that make no sense."""
    if file not in ASKED_FOR:
        raise Http404
    asking = asking_of(request)
    try:
        if file == PDF:
            form = REPORTS[name].filters(asking)
            return answer_pdf(request, name, back=f"{reverse(name)}{form.address()}")
        return answer(report_of(name, asking), file, company(), on=asking.today)
    except FiltersOff as error:
        raise Http404(error.message) from None


def _counted(report: Report) -> Sequence[Sequence[Cell]]:
    """The rows of a report, to be counted and cut into pages."""
    return report.rows if isinstance(report.rows, Sequence) else list(report.rows)
