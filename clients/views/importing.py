"""Paramètres > Importer: a file, what its columns say, what it holds, then all of it or nothing."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from clients.forms.importing import FileForm, MatchingForm
from clients.importing import booking, drop
from clients.importing.columns import Subject
from ledger.models import Operation
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.exports import Cell, csv_response
from office.forms import form_status
from office.grids import Fault, Grid, read_grid
from office.models import Event, Role
from office.queries import company
from office.settings_pages import settings_page

SAMPLES, FAULTS = 3, 50


@role(Role.ADMINISTRATOR)
def import_start(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        return redirect("import_match", form.cleaned_data["subject"], drop.put(form.cleaned_data["file"]))
    return settings_page(request, "clients/import_start.html", {"form": form}, status=form_status(form))


@role(Role.ADMINISTRATOR)
def import_match(request: HttpRequest, subject: str, name: str) -> HttpResponse:
    content, grid = _file(name)
    form = MatchingForm(request.POST or None, subject=_subject(subject), grid=grid, today=today())
    checked = None
    if form.is_valid():
        checked = booking.check(grid, form.matching())
        if "book" in request.POST and not checked.faults:
            try:
                event = booking.take_over(
                    content, grid, form.matching(), currency=company().currency, op=_operation(request)
                )
            except SoldeError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                messages.success(request, _done(event))
                return redirect("import_start" if subject == Subject.OPENINGS else "client_list")
    context = {
        "form": form,
        "subject": form.subject,
        "columns": form.rows([cells for _, cells in grid.lines[:SAMPLES]]),
        "lines": len(grid.lines),
        "checked": checked,
        "shown": checked.faults[:FAULTS] if checked else [],
        "query": request.POST.urlencode() if checked and checked.faults else "",
        "name": name,
    }
    refused = checked is not None and bool(checked.faults)
    return settings_page(request, "clients/import_match.html", context, status=422 if refused else form_status(form))


@role(Role.ADMINISTRATOR)
def import_faults(request: HttpRequest, subject: str, name: str) -> HttpResponseBase:
    _, grid = _file(name)
    form = MatchingForm(request.GET, subject=_subject(subject), grid=grid, today=today())
    if not form.is_valid():
        raise Http404
    refused = _refused_lines(grid, booking.check(grid, form.matching()).faults)
    return csv_response("lignes-refusees", [*grid.headings, "Ligne", "Motif"], refused)


def _file(name: str) -> tuple[bytes, Grid]:
    if (content := drop.waiting(name)) is None:
        raise Http404
    return content, read_grid(content)


def _subject(value: str) -> Subject:
    if value not in Subject.values:
        raise Http404
    return Subject(value)


def _operation(request: HttpRequest) -> Operation:
    now = timezone.now()
    return Operation(kind=Operation.Kind.IMPORT, user=user_of(request), at=now, day=timezone.localdate(now))


def _done(event: Event) -> str:
    counts = ", ".join(f"{count} {name}" for name, count in event.detail.items() if name != "sha256")
    return f"Le fichier est importé\u00a0: {counts}."


def _refused_lines(grid: Grid, faults: Iterable[Fault]) -> list[list[Cell]]:
    """The lines with a fault, each as it stood, with its number and all that is wrong with it."""
    reasons: dict[int, list[str]] = {}
    for fault in faults:
        told = f"{fault.column}\u00a0: {fault.reason}" if fault.column else fault.reason
        reasons.setdefault(fault.line, []).append(told)
    cells = dict(grid.lines)
    empty = [""] * len(grid.headings)
    return [[*cells.get(line, empty), line, " ".join(told)] for line, told in sorted(reasons.items())]
