"""Relances: from the échéancier in one click, then listed, printed and followed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from clients.models import Client
from ledger.models import Operation
from ledger.queries import was_submitted
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.kept import checked, hand_out
from office.models import Role
from office.pdf import pdf_response
from office.tables import paged
from statements.models import Reminder
from statements.reminding import services
from statements.reminding.forms import RemindForm
from statements.reminding.queries import plan_of, reminders
from statements.reminding.tables import ReminderTable
from statements.tasks import queue_reminders


@role(Role.ACCOUNTANT)
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Relancer the rows that are ticked in the échéancier."""
    form = RemindForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        again = was_submitted(str(given["key"]))
        plan = plan_of(form.keys, way=given["way"], level=given["level"], on=today())
        try:
            made = services.remind(
                items=form.keys, way=given["way"], level=given["level"], op=form.operation(request), job=queue_reminders
            )
        except SoldeError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            if not again and (left := services.left_alone(plan)):
                messages.warning(request, left)
            return redirect("reminders_made", made.pk)
    back = form.cleaned_data.get("back", "")
    context = {"form": form, "back": f"{reverse('due_list')}{back}"}
    return render(request, "statements/remind.html", context, status=422)


@role(Role.ACCOUNTANT)
def reminders_made(request: HttpRequest, pk: int) -> HttpResponse:
    """What one click made."""
    operation = get_object_or_404(Operation.objects.select_related("user"), pk=pk, kind=Operation.Kind.REMINDER)
    rows = reminders(operation=operation).prefetch_related("rows__item__document")
    letters = sum(reminder.way == Reminder.Way.LETTER for reminder in rows)
    context = {"operation": operation, "table": paged(ReminderTable(rows), request), "letters": letters}
    return render(request, "statements/reminders_made.html", context)


@role(Role.ACCOUNTANT)
def reminders_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The letters of one click as one PDF."""
    operation = get_object_or_404(Operation, pk=pk, kind=Operation.Kind.REMINDER)
    letters = list(reminders(operation=operation).filter(way=Reminder.Way.LETTER))
    if not letters:
        raise Http404
    content = services.print_reminders(letters, by=user_of(request), at=now())
    return pdf_response(f"relances-{operation.day:%Y-%m-%d}.pdf", content)


@role(Role.FRONT_DESK)
def reminder_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    reminder = get_object_or_404(Reminder.objects.select_related("client"), pk=pk)
    file = services.reminder_file(reminder, at=now())
    hand_out(file, by=user_of(request), what=f"{reminder} {reminder.client.code}")
    return pdf_response(file.name, checked(file))


@role(Role.ACCOUNTANT)
def reminder_list(request: HttpRequest) -> HttpResponse:
    return render(request, "statements/reminder_list.html", {"table": paged(ReminderTable(reminders()), request)})


@role(Role.FRONT_DESK)
def client_reminders(request: HttpRequest, code: str) -> HttpResponse:
    client = get_object_or_404(Client, code=code)
    table = paged(ReminderTable(reminders(client=client)), request)
    return render(request, "statements/reminder_list.html", {"client": client, "table": table})
