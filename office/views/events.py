"""Administration > Journal des événements."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from office.access import role
from office.filters import EventFilter
from office.forms import form_status
from office.models import Role
from office.queries import events
from office.tables import EventTable, paged


@role(Role.ADMINISTRATOR)
def event_list(request: HttpRequest) -> HttpResponse:
    filters = EventFilter(request.GET, events())
    table = paged(EventTable(filters.qs), request)
    context = {"filters": filters, "table": table}
    return render(request, "office/event_list.html", context, status=form_status(filters.form))
