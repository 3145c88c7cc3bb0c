"""A new client."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clients import services
from clients.forms import ClientForm
from office.access import role, user_of
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role


@role(Role.FRONT_DESK)
def client_create(request: HttpRequest) -> HttpResponse:
    form = ClientForm(request.POST or None, initial={"site": user_of(request).site_id})
    if form.is_valid():
        try:
            client = services.register_client(details=form.details(), op=form.operation(request))
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"Le client {client.name} est ouvert, sous le code {client.code}.")
            return redirect("client_detail", client.code)
    return render(request, "clients/client_create.html", {"form": form}, status=form_status(form))
