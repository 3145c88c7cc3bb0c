"""Paramètres > Valeurs par défaut > Fiche client, onglet Factures."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from credits.forms import SettlingForm
from credits.services import set_settling, settles_at_validation
from office.access import role, user_of
from office.clock import today
from office.forms import form_status
from office.models import Role
from office.settings_pages import settings_page
from office.templatetags.ui import Tab


@role(Role.ADMINISTRATOR)
def client_defaults(request: HttpRequest) -> HttpResponse:
    known = {"settles": "oui" if settles_at_validation(today()) else "non"}
    form = SettlingForm(request.POST or None, initial=known)
    if form.is_valid():
        set_settling(settles=form.cleaned_data["settles"] == "oui", on=today(), by=user_of(request))
        messages.success(request, "Les paramètres sont enregistrés.")
        return redirect("settings_client_defaults")
    context = {"form": form, "parts": [Tab("Factures", "?", current=True)]}
    return settings_page(request, "credits/settings_client.html", context, status=form_status(form))
