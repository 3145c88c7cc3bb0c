"""Administration > Journal des événements."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from office.access import role, user_of
from office.events import record
from office.filters import EventFilter
from office.forms import form_status
from office.models import Event, Role
from office.queries import events
from office.sealing import check_events
from office.tables import EventTable, paged


@role(Role.ADMINISTRATOR)
def event_list(request: HttpRequest) -> HttpResponse:
    filters = EventFilter(request.GET, events())
    table = paged(EventTable(filters.qs), request)
    context = {"filters": filters, "table": table}
    return render(request, "office/event_list.html", context, status=form_status(filters.form))


@role(Role.ADMINISTRATOR)
def events_check(request: HttpRequest) -> HttpResponse:
    """Verify the event log: what is sealed is there, as it was, in its order."""
    found = check_events()
    record(Event.Kind.VERIFICATION, {"action": "journal", "fautes": len(found.faults)}, user=user_of(request))
    return render(request, "office/events_check.html", {"found": found})
