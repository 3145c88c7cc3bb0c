"""Paramètres > Comptabilité > Règlements."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from office.access import role, user_of
from office.amounts import format_plain
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.services import date_setting, save_setting
from office.settings_pages import settings_page
from payments.forms import PaymentSettingsForm, PaymentTypeForm
from payments.models import PaymentType
from payments.queries import DIFFERENCE_LIMIT, INCIDENT_FEE, difference_limit, incident_fee, payment_types


@role(Role.ADMINISTRATOR)
def settings_payments(request: HttpRequest) -> HttpResponse:
    now = {"incident_fee": incident_fee(today()), "difference_limit": difference_limit(today())}
    known = {name: format_plain(amount) for name, amount in now.items()} | {"valid_from": today()}
    form = PaymentSettingsForm(request.POST or None, initial=known)
    if form.is_valid():
        by, since = user_of(request), form.valid()
        about = {INCIDENT_FEE: "Frais d’incident", DIFFERENCE_LIMIT: "Écart qui peut être soldé"}
        given = {
            INCIDENT_FEE: form.cleaned_data["incident_fee"],
            DIFFERENCE_LIMIT: form.cleaned_data["difference_limit"],
        }
        try:
            for name, amount in given.items():
                date_setting(name, str(amount), since, by=by, about=about[name])
        except SoldeError as error:
            form.add_error("valid_from", error.message)
        else:
            messages.success(request, "Les paramètres des règlements sont enregistrés.")
            return redirect("settings_payments")
    context = {"form": form, "types": payment_types().select_related("account")}
    return settings_page(request, "payments/settings_payments.html", context, status=form_status(form))


@role(Role.ADMINISTRATOR)
def payment_type_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, PaymentTypeForm(request.POST or None), "Nouveau type de règlement")


@role(Role.ADMINISTRATOR)
def payment_type_edit(request: HttpRequest, code: str) -> HttpResponse:
    way = get_object_or_404(PaymentType, code=code)
    return _edit(request, PaymentTypeForm(request.POST or None, instance=way), way.label)


def _edit(request: HttpRequest, form: PaymentTypeForm, title: str) -> HttpResponse:
    if form.is_valid():
        about = f"Type de règlement {form.instance.label}"
        try:
            save_setting(form.instance, fields=form.saved_fields, by=user_of(request), about=about)
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Le type de règlement est enregistré.")
            return redirect("settings_payments")
    context = {"form": form, "title": title, "back": "settings_payments"}
    return settings_page(request, "ledger/setting_form.html", context, status=form_status(form))
