"""« Exporter mes données »: asking for the archive, how far it has come, and fetching it."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localtime, now
from django_htmx.middleware import HtmxDetails

from office import keeping
from office.access import role, user_of
from office.events import record
from office.jobs import is_worker_running
from office.models import Event, Role
from office.queries import exports
from statements.tasks import export_data

SUBJECT = "Toutes les données"


@role(Role.ACCOUNTANT)
def data_export(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        if not keeping.ask(SUBJECT, by=user_of(request), at=now(), job=export_data.defer):
            messages.info(request, "Un export est déjà en préparation\u00a0: le voici.")
        return redirect("data_export")
    found = list(exports(SUBJECT, since=now() - keeping.KEPT))
    under_way = next((export for export in found if export.ended_at is None), None)
    context = {
        "exports": [export for export in found if export.ended_at],
        "under_way": under_way,
        "is_waiting": under_way is not None and not is_worker_running(now()),
        "days": keeping.KEPT.days,
    }
    page = "statements/_data_exports.html" if HtmxDetails(request) else "statements/data_export.html"
    response = render(request, page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@role(Role.ACCOUNTANT)
def data_export_file(request: HttpRequest, name: str) -> FileResponse:
    export = get_object_or_404(exports(SUBJECT, since=now() - keeping.KEPT), name=name)
    if not export.is_ready or not default_storage.exists(export.path):
        raise Http404
    record(Event.Kind.EXPORT, {"action": "téléchargé", "SHA-256": export.sha256}, user=user_of(request))
    filename = f"solde-donnees-{localtime(export.asked_at):%Y-%m-%d}.zip"
    return FileResponse(default_storage.open(export.path), as_attachment=True, filename=filename)
