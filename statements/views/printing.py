"""Reports on paper: at once, or by a job if they are long; and the page of these."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.text import slugify
from django.utils.timezone import localtime, now
from django_htmx.middleware import HtmxDetails

from office import keeping
from office.access import role, user_of
from office.amounts import format_count
from office.clock import today
from office.jobs import is_worker_running
from office.models import Role
from office.queries import company, prints_of
from statements.asked import LONGEST, REPORTS, Asking, at_most, report_of
from statements.printing import PRINTED, ask_print
from statements.reports import PDF, answer
from statements.services import log_print
from statements.tasks import print_report


def answer_pdf(request: HttpRequest, name: str, *, back: str) -> HttpResponseBase:
    """Answer a report as a PDF, or lead to where it will be. back: the page of the report. Raises FiltersOff."""
    asking = asking_of(request)
    count, report = at_most(name, asking, LONGEST)
    if count > PRINTED:
        return print_later(request, name, asking, title=REPORTS[name].title, count=count, back=back)
    report = report or report_of(name, asking)
    log_print(report, by=asking.user)
    return answer(report, PDF, company(), on=asking.today)


def asking_of(request: HttpRequest) -> Asking:
    """Who asks for a report, by which query."""
    return Asking(request.GET, user_of(request), today())


def print_later(request: HttpRequest, name: str, asking: Asking, *, title: str, count: int, back: str) -> HttpResponse:
    """Have a long report printed by a job, and lead to where its PDF will be; one that is too long is refused."""
    if count > LONGEST:
        messages.error(request, f"Plus de {format_count(LONGEST)} lignes\u00a0: filtrez, ou exportez en CSV ou XLSX.")
        return redirect(back)
    if not ask_print(name, asking, title=title, at=now(), job=print_report.defer):
        messages.info(request, "Ce PDF est déjà en préparation\u00a0: le voici.")
    return redirect("long_prints")


@role(Role.FRONT_DESK)
def long_prints(request: HttpRequest) -> HttpResponse:
    prints = list(prints_of(user_of(request), since=now() - keeping.KEPT))
    under_way = any(one.ended_at is None for one in prints)
    context = {
        "prints": prints,
        "under_way": under_way,
        "is_waiting": under_way and not is_worker_running(now()),
        "days": keeping.KEPT.days,
    }
    page = "statements/_long_prints.html" if HtmxDetails(request) else "statements/long_prints.html"
    response = render(request, page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@role(Role.FRONT_DESK)
def long_print_file(request: HttpRequest, name: str) -> FileResponse:
    export = get_object_or_404(prints_of(user_of(request), since=now() - keeping.KEPT), name=name)
    if not export.is_ready or not default_storage.exists(export.path):
        raise Http404
    filename = f"{slugify(export.title)[:80]}-{localtime(export.asked_at):%Y-%m-%d}.pdf"
    headers = {"Cache-Control": "private, no-store"}
    return FileResponse(
        default_storage.open(export.path), filename=filename, content_type="application/pdf", headers=headers
    )
