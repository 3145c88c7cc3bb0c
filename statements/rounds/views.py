"""Statements of many clients: chosen and seen beforehand, made by a job, then printed and sent; those of one client."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.timezone import now
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from clients.models import Client
from office import keeping
from office.access import role, user_of
from office.amounts import ZERO
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.jobs import is_worker_running
from office.kept import checked, hand_out
from office.models import Role
from office.pdf import pdf_response
from office.queries import exports
from office.settings_pages import settings_page
from office.tables import paged
from statements import tasks
from statements.models import Round, Statement
from statements.paper import who_owes
from statements.rounds import handing, making, monthly
from statements.rounds.forms import (
    ARCHIVE,
    EVERYTHING,
    RoundFileForm,
    RoundFilterForm,
    RoundForm,
    RoundSendForm,
    ScheduleForm,
)
from statements.rounds.queries import (
    Chosen,
    Result,
    candidates,
    result_of,
    rounds,
    schedule,
    shown_first,
    statements_for,
    statements_of,
    to_print,
)
from statements.rounds.tables import OwnStatementTable, RoundTable, StatementFilter, StatementTable

SHOWN = 200  # clients to tick; of a longer choice the first, and all get one unless some are ticked
NONE = "aucun"
STALLED = 60  # seconds without a step, after which a round may be taken up by hand


@role(Role.ACCOUNTANT)
def round_list(request: HttpRequest) -> HttpResponse:
    return render(request, "statements/round_list.html", {"table": paged(RoundTable(rounds()), request)})


@role(Role.ACCOUNTANT)
def round_create(request: HttpRequest) -> HttpResponse:
    """Relevés de plusieurs clients."""
    filters = RoundFilterForm(request.GET, today=today())
    chosen = filters.chosen() if filters.is_valid() else None
    rows, number = shown_first(candidates(chosen), SHOWN) if chosen else ([], 0)
    form = RoundForm(
        request.POST if request.method == "POST" else None,
        shown={row.pk for row in rows},
        ticked=request.GET.get("coches") != NONE,
        about=filters.about if chosen else "",
    )
    if chosen and form.is_valid() and (made := _create(request, form, chosen)):
        return redirect("round_detail", made.pk)
    told = [(row, who_owes(row.balance or ZERO, row.account.currency)) for row in rows]
    context = {"filters": filters, "form": form, "rows": told, "number": number, "all": filters.address()}
    context |= {"none": f"{filters.address()}&coches={NONE}", "periods": filters.periods}
    status = max(form_status(filters), form_status(form))
    return render(request, "statements/round_create.html", context, status=status)


def _create(request: HttpRequest, form: RoundForm, chosen: Chosen) -> Round | None:
    """Write the round down; None if it was refused, which the form then tells."""
    only, but = form.only, form.but
    wanted = Chosen(chosen.choice, chosen.wanted, chosen.on, chosen.words, only, but)
    all_shown = only is not None and len(only) == len(form.shown)
    ticked = "" if only is None or all_shown else f", {len(only)} clients cochés"
    left = f", sauf {len(but)}" if but else ""
    try:
        return making.prepare_round(
            chosen=wanted,
            about=f"{form.about}{ticked}{left}",
            sends=form.cleaned_data["sends"],
            op=form.operation(request),
            job=tasks.queue_round,
        )
    except SoldeError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


@role(Role.ACCOUNTANT)
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _round(pk), RoundFileForm(), RoundSendForm())


@role(Role.ACCOUNTANT)
@require_POST
def round_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a round up again whose job was given up; nothing is made or sent twice."""
    tasks.queue_round(key=_round(pk).pk)
    messages.info(request, "Le lot reprend là où il en était.")
    return redirect("round_detail", pk)


@role(Role.ACCOUNTANT)
@require_POST
def round_print(request: HttpRequest, pk: int) -> HttpResponse:
    of = _round(pk)
    form = RoundFileForm(request.POST)
    if not form.is_valid():
        return _page(request, of, form, RoundSendForm())
    what = form.cleaned_data["what"]
    everything = what in (EVERYTHING, ARCHIVE)
    if not to_print(of, everything=everything).exists():
        form.add_error("what", "Aucun relevé de ce choix n’est à imprimer.")
        return _page(request, of, form, RoundSendForm())
    job = partial(tasks.join_round.defer, of=pk, everything=everything, zipped=what == ARCHIVE)
    if not keeping.ask(of.prints, by=user_of(request), at=now(), job=job):
        messages.info(request, "Un fichier est déjà en préparation\u00a0: le voici.")
    return redirect("round_detail", pk)


@role(Role.ACCOUNTANT)
@require_POST
def round_send(request: HttpRequest, pk: int) -> HttpResponse:
    of = _round(pk)
    form = RoundSendForm(request.POST)
    if form.is_valid():
        try:
            handing.send_round(of=of, op=form.operation(request), job=tasks.queue_round_mails)
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Les e-mails de ce lot partent l’un après l’autre.")
            return redirect("round_detail", pk)
    return _page(request, of, RoundFileForm(), form)


@role(Role.ACCOUNTANT)
def round_file(request: HttpRequest, pk: int, name: str) -> FileResponse:
    export = get_object_or_404(exports(_round(pk).prints, since=now() - keeping.KEPT), name=name)
    if not export.is_ready or not default_storage.exists(export.path):
        raise Http404
    file = default_storage.open(export.path)
    is_zip = file.read(2) == b"PK"
    file.seek(0)
    if is_zip:
        return FileResponse(file, as_attachment=True, filename=f"releves-{pk}.zip", content_type="application/zip")
    return FileResponse(file, filename=f"releves-{pk}.pdf", content_type="application/pdf")


def _page(request: HttpRequest, of: Round, filing: RoundFileForm, sending: RoundSendForm) -> HttpResponse:
    result = result_of(of)
    filters = StatementFilter(request.GET, statements_of(of))
    files = list(exports(of.prints, since=now() - keeping.KEPT))
    making_file = next((file for file in files if file.ended_at is None), None)
    writing = of.mailing_id is not None and bool(result.to_mail)
    going = of.ended_at is None or making_file is not None or writing
    stepped = of.stepped_at or of.operation.at
    context = {
        "round": of,
        "here": f"{reverse('round_detail', args=[of.pk])}?{request.GET.urlencode()}",
        "result": result,
        "said": _said(result),
        "filters": filters,
        "table": paged(StatementTable(filters.qs), request),
        "files": [file for file in files if file.ended_at],
        "making": making_file,
        "is_writing": writing,
        "is_going": going,
        "is_waiting": going and not is_worker_running(now()),
        "is_stalled": going and making_file is None and (now() - stepped).total_seconds() > STALLED,
        "filing": filing,
        "sending": sending,
        "days": keeping.KEPT.days,
    }
    page = "statements/_round.html" if HtmxDetails(request) else "statements/round_detail.html"
    refused = [form_status(form) for form in (filing, sending)]
    response = render(request, page, context, status=max(refused))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _said(result: Result) -> str:
    """What a round has made so far, in a sentence."""
    made = f"{result.made} relevé{'s' if result.made > 1 else ''} fait{'s' if result.made > 1 else ''}"
    left = f"{result.skipped} laissé{'s' if result.skipped > 1 else ''} de côté" if result.skipped else ""
    return f"{', '.join(filter(None, [made, left]))}."


def _round(pk: int) -> Round:
    return get_object_or_404(Round.objects.select_related("operation__user", "site"), pk=pk)


@role(Role.FRONT_DESK)
def client_statements(request: HttpRequest, code: str) -> HttpResponse:
    """The statements that were made out to a client."""
    client = get_object_or_404(Client.objects.select_related("account"), code=code)
    table = paged(OwnStatementTable(statements_for(client)), request)
    return render(request, "statements/client_statements.html", {"client": client, "table": table})


@role(Role.FRONT_DESK)
def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    statement = get_object_or_404(Statement.objects.select_related("client"), pk=pk, outcome=Statement.Outcome.MADE)
    file = handing.files_of([statement])[pk]
    hand_out(file, by=user_of(request), what=f"Relevé {statement}")
    return pdf_response(file.name, checked(file))


@role(Role.ADMINISTRATOR)
def settings_statements(request: HttpRequest) -> HttpResponse:
    """Paramètres > Relevés mensuels."""
    form = ScheduleForm(request.POST if request.method == "POST" else None, instance=schedule())
    if form.is_valid():
        is_on = form.cleaned_data["is_on"]
        fields = list(form.Meta.fields)
        monthly.save_schedule(form.instance, is_on=is_on, fields=fields, on=today(), by=user_of(request))
        said = f"faits le {form.instance.day} de chaque mois" if is_on else "arrêtés"
        messages.success(request, f"Les relevés mensuels sont {said}.")
        return redirect("settings_statements")
    last: Any = rounds().filter(month__isnull=False).first()
    context = {"form": form, "last": last}
    return settings_page(request, "statements/settings_statements.html", context, status=form_status(form))
