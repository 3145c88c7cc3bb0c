"""Paramètres: the business, what its clients' sheets show, and how long a session lasts."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from office import services
from office.access import role, user_of
from office.forms import form_status
from office.menu import SETTINGS, sections
from office.models import Role
from office.queries import company
from office.settings_forms import ClientBalancesForm, CompanyForm, LogoForm, SessionForm, SettingsForm
from office.settings_pages import settings_page


@role(Role.ACCOUNTANT)
def settings(request: HttpRequest) -> HttpResponse:
    found = sections(SETTINGS, user_of(request), request.path)
    return render(request, "office/settings.html", {"sections": found})


@role(Role.ADMINISTRATOR)
def settings_company(request: HttpRequest) -> HttpResponse:
    form = CompanyForm(request.POST or None, instance=company())
    if form.is_valid():
        return _saved(request, form, about="Établissement")
    context = {"form": form, "logo_form": LogoForm(), "company": company()}
    return settings_page(request, "office/settings_company.html", context, status=form_status(form))


@role(Role.ADMINISTRATOR)
def logo_change(request: HttpRequest) -> HttpResponse:
    form = LogoForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        services.change_logo(company(), form.cleaned_data["logo"], by=user_of(request))
        messages.success(request, "Le logo est enregistré.")
        return redirect("settings_company")
    context = {"form": CompanyForm(instance=company()), "logo_form": form, "company": company()}
    return settings_page(request, "office/settings_company.html", context, status=form_status(form))


@role(Role.ADMINISTRATOR)
@require_POST
def logo_remove(request: HttpRequest) -> HttpResponse:
    services.change_logo(company(), None, by=user_of(request))
    messages.success(request, "Le logo est retiré. Les documents déjà émis gardent le leur.")
    return redirect("settings_company")


@role(Role.FRONT_DESK)
def company_logo(_: HttpRequest) -> FileResponse:
    name = company().logo
    if not name or not default_storage.exists(name):
        raise Http404
    return FileResponse(default_storage.open(name), content_type="image/png")


@role(Role.ADMINISTRATOR)
def settings_clients(request: HttpRequest) -> HttpResponse:
    form = ClientBalancesForm(request.POST or None, instance=company())
    if form.is_valid():
        return _saved(request, form, about="Montants affichés sur la fiche client")
    return settings_page(request, "office/settings_clients.html", {"form": form}, status=form_status(form))


@role(Role.ADMINISTRATOR)
def settings_security(request: HttpRequest) -> HttpResponse:
    form = SessionForm(request.POST or None, instance=company())
    if form.is_valid():
        return _saved(request, form, about="Sécurité")
    return settings_page(request, "office/settings_security.html", {"form": form}, status=form_status(form))


def _saved(request: HttpRequest, form: SettingsForm, *, about: str) -> HttpResponse:
    services.save_setting(form.instance, fields=form.saved_fields, by=user_of(request), about=about)
    messages.success(request, "Les paramètres sont enregistrés.")
    return redirect(request.path)
