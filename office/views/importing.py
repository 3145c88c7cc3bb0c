"""Paramètres > Importer: a file, what its columns say, what it holds, then all of it or nothing."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.exports import Cell, csv_response
from office.forms import form_status
from office.grids import Fault, Grid, read_grid
from office.importing import drop
from office.importing.forms import FileForm, MatchingForm
from office.importing.subjects import File, Subject, Subjects
from office.models import Event, Role
from office.settings_pages import settings_page

SAMPLES, FAULTS = 3, 50


@role(Role.ADMINISTRATOR)
def import_start(request: HttpRequest, subjects: Subjects) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None, subjects=subjects)
    if form.is_valid():
        return redirect("import_match", form.cleaned_data["subject"], drop.put(form.cleaned_data["file"]))
    return settings_page(
        request, "office/import_start.html", {"form": form, "subjects": subjects}, status=form_status(form)
    )


@role(Role.ADMINISTRATOR)
def import_match(request: HttpRequest, subjects: Subjects, subject: str, name: str) -> HttpResponse:
    about, (content, grid) = _subject(subjects, subject), _file(name)
    form = MatchingForm(request.POST or None, subject=about, grid=grid, today=today())
    checked = None
    if form.is_valid():
        checked = about.check(grid, form.matching())
        if "book" in request.POST and not checked.faults:
            try:
                event = about.take_over(File(content, grid, form.matching()), by=user_of(request), at=timezone.now())
            except SoldeError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                messages.success(request, _done(event))
                return redirect(about.then)
    faults = checked.faults if checked else []
    context = {
        "form": form,
        "subject": about,
        "columns": form.rows([cells for _, cells in grid.lines[:SAMPLES]]),
        "lines": len(grid.lines),
        "checked": checked,
        "told": about.told(checked.found) if checked else "",
        "shown": faults[:FAULTS],
        "query": request.POST.urlencode() if faults else "",
        "name": name,
    }
    return settings_page(request, "office/import_match.html", context, status=422 if faults else form_status(form))


@role(Role.ADMINISTRATOR)
def import_faults(request: HttpRequest, subjects: Subjects, subject: str, name: str) -> HttpResponseBase:
    about, (_, grid) = _subject(subjects, subject), _file(name)
    form = MatchingForm(request.GET, subject=about, grid=grid, today=today())
    if not form.is_valid():
        raise Http404
    refused = _refused_lines(grid, about.check(grid, form.matching()).faults)
    return csv_response("lignes-refusees", [*grid.headings, "Ligne", "Motif"], refused)


def _file(name: str) -> tuple[bytes, Grid]:
    if (content := drop.waiting(name)) is None:
        raise Http404
    return content, read_grid(content)


def _subject(subjects: Subjects, name: str) -> Subject[Any]:
    if name not in subjects:
        raise Http404
    return subjects[name]


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
