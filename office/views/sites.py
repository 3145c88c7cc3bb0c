"""Paramètres > Établissement: the sites."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from office import services
from office.access import role, user_of
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role, Site
from office.settings_forms import SiteForm
from office.settings_pages import settings_page


@role(Role.ADMINISTRATOR)
def site_list(request: HttpRequest) -> HttpResponse:
    sites = Site.objects.order_by("-is_active", "name", "pk")
    return settings_page(request, "office/site_list.html", {"sites": sites})


@role(Role.ADMINISTRATOR)
def site_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, Site(), "Nouvel établissement")


@role(Role.ADMINISTRATOR)
def site_edit(request: HttpRequest, pk: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=pk)
    return _edit(request, site, site.name)


def _edit(request: HttpRequest, site: Site, title: str) -> HttpResponse:
    form = SiteForm(request.POST or None, instance=site)
    if form.is_valid():
        try:
            services.save_setting(site, fields=form.saved_fields, by=user_of(request), about=f"Établissement {site}")
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"L’établissement {site} est enregistré.")
            return redirect("site_list")
    return settings_page(request, "office/site_form.html", {"form": form, "title": title}, status=form_status(form))
