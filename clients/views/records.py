"""A new client, and what is known of one: to be seen, changed, archived."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clients import services
from clients.forms import ClientEditForm, ClientForm
from clients.models import Client
from clients.queries import history, mails_of
from clients.sheet import framed
from clients.tables import mail_badge
from clients.tabs import tab
from ledger.balance import balance_of
from office.access import role, user_of
from office.amounts import format_money
from office.clock import today
from office.editing import ChangedMeanwhile
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.queries import shown_balances
from office.tables import ROWS

RECENT = 5  # changes that stand under what is known of a client
RECENT_MAILS = 20  # that stand in its history


@role(Role.FRONT_DESK)
def client_create(request: HttpRequest) -> HttpResponse:
    form = ClientForm(request.POST or None, initial={"site": user_of(request).site_id, "name": request.GET.get("name")})
    if form.is_valid():
        try:
            client = services.register_client(details=form.details(), op=form.operation(request))
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"Le client {client.full_name} est ouvert, sous le code {client.code}.")
            return redirect("client_detail", client.code)
    context = {"form": form, "title": "Nouveau client", "submit": "Créer le client", "back": reverse("client_list")}
    return render(request, "clients/client_form.html", context, status=form_status(form))


@role(Role.FRONT_DESK)
def client_contacts(request: HttpRequest, code: str) -> HttpResponse:
    page = framed(request, code)
    client = page.client
    context = {
        "client": client,
        "contacts": client.contacts.order_by("name", "pk"),
        "addresses": client.addresses.order_by("kind", "pk"),
        "animals": client.animals.order_by("is_deceased", "name", "pk"),
        "notes": client.notes.order_by("-is_alert", "pk"),
        "changes": history(client)[:RECENT],
    }
    return tab(request, page, "clients/_contact_details.html", context, part="client_contacts")


@role(Role.FRONT_DESK)
def client_history(request: HttpRequest, code: str) -> HttpResponse:
    client = _client(code)
    page = Paginator(history(client), ROWS).get_page(request.GET.get("page"))
    sent = [(mail, mail_badge(mail)) for mail in mails_of(client.account)[:RECENT_MAILS]]
    return render(request, "clients/client_history.html", {"client": client, "page": page, "mails": sent})


@role(Role.FRONT_DESK)
def client_edit(request: HttpRequest, code: str) -> HttpResponse:
    client = _client(code)
    form = ClientEditForm(request.POST or None, instance=_client(code))
    if form.is_valid():
        try:
            version, by = form.cleaned_data["version"], user_of(request)
            changed = services.change_client(edited=form.instance, rows=form.rows, version=version, by=by)
        except ChangedMeanwhile as told:
            form.catch_up(told)
        else:
            messages.success(request, "La fiche est enregistrée." if changed else "Rien n’était à changer.")
            return redirect("client_contacts", code)
    back = reverse("client_contacts", args=[code])
    context = {"form": form, "client": client, "title": "Modifier la fiche", "submit": "Enregistrer", "back": back}
    return render(request, "clients/client_form.html", context, status=form_status(form))


@role(Role.FRONT_DESK)
def client_archive(request: HttpRequest, code: str) -> HttpResponse:
    client = _client(code)
    if request.method == "POST":
        services.archive_client(client, by=user_of(request))
        messages.success(request, f"Le client {client.full_name} est archivé.")
        return redirect("client_contacts", code)
    balance = balance_of(client.account, today=today()).balance
    amount = f"\u00a0: {format_money(balance)}" if "balance" in shown_balances() else ""
    warning = f"Son solde n’est pas nul{amount}." if balance.amount else ""
    return render(request, "clients/client_archive.html", {"client": client, "warning": warning})


@role(Role.FRONT_DESK)
@require_POST
def client_unarchive(request: HttpRequest, code: str) -> HttpResponse:
    client = _client(code)
    services.unarchive_client(client, by=user_of(request))
    messages.success(request, f"Le client {client.full_name} est réactivé.")
    return redirect("client_contacts", code)


def _client(code: str) -> Client:
    return get_object_or_404(Client.objects.select_related("account", "site"), code=code)
