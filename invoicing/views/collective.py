"""Many clients invoiced at once: chosen and seen beforehand, made by a job, then printed and sent."""

from functools import partial

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.timezone import now
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from invoicing import services, tasks
from invoicing.filters import BatchItemFilter, BatchVisitFilter
from invoicing.forms import EVERYTHING, BatchForm, BatchPrintForm, BatchSendForm
from invoicing.hints import hints
from invoicing.models import Batch
from invoicing.queries import (
    Candidate,
    Result,
    all_visits_to_invoice,
    batches,
    candidates,
    chosen_clients,
    foreseen,
    items_of_batch,
    result_of,
    to_print,
)
from invoicing.tables import BatchItemTable, BatchTable
from office import keeping
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.jobs import is_worker_running
from office.models import Role
from office.queries import exports
from office.tables import paged
from office.templatetags.ui import money

SHOWN = 200  # clients to tick; of a longer choice the first, and all are invoiced unless some are ticked
NONE = "aucun"
STALLED = 60  # seconds without a step, after which a batch may be taken up by hand


@role(Role.ACCOUNTANT)
def batch_list(request: HttpRequest) -> HttpResponse:
    return render(request, "invoicing/batch_list.html", {"table": paged(BatchTable(batches()), request)})


@role(Role.ACCOUNTANT)
def batch_create(request: HttpRequest) -> HttpResponse:
    """Facturer plusieurs clients."""
    filters = BatchVisitFilter(request.GET, all_visits_to_invoice())
    asks = request.POST.get("action") == "create"
    found = candidates(filters.qs, on=today()) if filters.is_valid() else []
    rows, clients = chosen_clients(found, most=SHOWN)
    form = BatchForm(
        request.POST or None,
        shown={row.client.pk for row in rows},
        ticked=request.GET.get("coches") != NONE,
        about=filters.about if filters.is_valid() else "",
        today=today(),
    )
    coming = foreseen(found, together=True) if request.GET.get("coches") != NONE else None
    if filters.is_valid() and form.is_valid():
        found = [one for one in candidates(filters.qs, on=form.cleaned_data["day"]) if form.keeps(one.client)]
        coming = foreseen(found, together=form.together)
        if asks and (made := _create(request, form, found)):
            return redirect("batch_detail", made.pk)
    warned = {row.client.pk for row in rows if hints(row.client)}
    context = {"filters": filters, "form": form, "warned": warned, "rows": rows, "clients": clients, "coming": coming}
    context |= {"query": _without(request, "coches"), "untick": NONE}
    status = max(form_status(filters.form), form_status(form), 422 if asks else 200)
    return render(request, "invoicing/batch_create.html", context, status=status)


def _without(request: HttpRequest, name: str) -> str:
    """What the address asks for, but for one thing."""
    query = request.GET.copy()
    query.pop(name, None)
    return query.urlencode()


def _create(request: HttpRequest, form: BatchForm, found: list[Candidate]) -> Batch | None:
    """Write the batch down; None if it was refused, which the form then tells."""
    ticked = "" if form.cleaned_data["others"] else f", {len(form.cleaned_data['clients'])} clients cochés"
    try:
        return services.prepare_batch(
            visits=found,
            about=f"{form.about}{ticked}" if len(form.shown) > len(form.ticked) else form.about,
            on=form.cleaned_data["day"],
            together=form.together,
            terms=form.cleaned_data["terms"],
            op=form.operation(request),
            job=tasks.queue_batch,
        )
    except SoldeError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


@role(Role.ACCOUNTANT)
def batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _batch(pk), BatchPrintForm(), BatchSendForm())


@role(Role.ACCOUNTANT)
@require_POST
def batch_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a batch up again whose job was given up; nothing is made twice."""
    tasks.queue_batch(key=_batch(pk).pk)
    tasks.queue_batch_mails(key=pk)
    messages.info(request, "Le lot reprend là où il en était.")
    return redirect("batch_detail", pk)


@role(Role.ACCOUNTANT)
@require_POST
def batch_print(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(pk)
    form = BatchPrintForm(request.POST)
    if not form.is_valid():
        return _page(request, batch, form, BatchSendForm())
    everything = form.cleaned_data["what"] == EVERYTHING
    if not to_print(batch, everything=everything).exists():
        form.add_error("what", "Aucune facture de ce choix n’est à imprimer.")
        return _page(request, batch, form, BatchSendForm())
    job = partial(tasks.print_batch.defer, batch=pk, everything=everything)
    if not keeping.ask(batch.prints, by=user_of(request), at=now(), job=job):
        messages.info(request, "Un fichier est déjà en préparation\u00a0: le voici.")
    return redirect("batch_detail", pk)


@role(Role.ACCOUNTANT)
@require_POST
def batch_send(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(pk)
    form = BatchSendForm(request.POST)
    if form.is_valid():
        try:
            services.send_batch(batch=batch, op=form.operation(request), job=tasks.queue_batch_mails)
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Les e-mails de ce lot partent l’un après l’autre.")
            return redirect("batch_detail", pk)
    return _page(request, batch, BatchPrintForm(), form)


@role(Role.ACCOUNTANT)
def batch_file(request: HttpRequest, pk: int, name: str) -> FileResponse:
    export = get_object_or_404(exports(_batch(pk).prints, since=now() - keeping.KEPT), name=name)
    if not export.is_ready or not default_storage.exists(export.path):
        raise Http404
    return FileResponse(
        default_storage.open(export.path), filename=f"lot-{pk}-factures.pdf", content_type="application/pdf"
    )


def _page(request: HttpRequest, batch: Batch, printing: BatchPrintForm, sending: BatchSendForm) -> HttpResponse:
    result = result_of(batch)
    filters = BatchItemFilter(request.GET, items_of_batch(batch))
    files = list(exports(batch.prints, since=now() - keeping.KEPT))
    making = next((file for file in files if file.ended_at is None), None)
    going = batch.ended_at is None or making is not None or result.asked > result.mailed
    stepped = batch.stepped_at or batch.operation.at
    context = {
        "batch": batch,
        "here": f"{reverse('batch_detail', args=[batch.pk])}?{request.GET.urlencode()}",
        "result": result,
        "said": _said(result),
        "filters": filters,
        "table": paged(BatchItemTable(filters.qs), request),
        "files": [file for file in files if file.ended_at],
        "making": making,
        "is_going": going,
        "is_waiting": going and not is_worker_running(now()),
        "is_stalled": going and making is None and (now() - stepped).total_seconds() > STALLED,
        "printing": printing,
        "sending": sending,
        "days": keeping.KEPT.days,
    }
    page = "invoicing/_batch.html" if HtmxDetails(request) else "invoicing/batch_detail.html"
    refused = [form_status(form) for form in (printing, sending)]
    response = render(request, page, context, status=max(refused))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _said(result: Result) -> str:
    """What a batch has made so far, in a sentence."""
    several = "s" if result.made > 1 else ""
    made = f"{result.made} facture{several} faite{several}"
    left = f"{result.skipped} laissée{'s' if result.skipped > 1 else ''} de côté" if result.skipped else ""
    return f"{', '.join(filter(None, [made, *(f'{money(total)} TTC' for total in result.totals), left]))}."


def _batch(pk: int) -> Batch:
    return get_object_or_404(Batch.objects.select_related("operation__user"), pk=pk)
