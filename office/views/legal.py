"""Paramètres > Textes légaux: what documents print by law, each text from a day on."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from office import services
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.legal import TEXTS
from office.models import Role
from office.queries import dated_values, legal_texts
from office.settings_forms import LegalNumberForm, LegalRateForm, LegalTextForm
from office.settings_pages import settings_page

FORMS = {"": LegalTextForm, "%": LegalRateForm, "€": LegalNumberForm}  # by the unit of what they say


@role(Role.ADMINISTRATOR)
def legal_list(request: HttpRequest) -> HttpResponse:
    now = legal_texts(today())
    rows = [{"text": text, "says": text.read(now.get(text.key, ""))} for text in TEXTS.values()]
    return settings_page(request, "office/legal_list.html", {"rows": rows})


@role(Role.ADMINISTRATOR)
def legal_edit(request: HttpRequest, key: str) -> HttpResponse:
    text = TEXTS.get(key)
    if text is None:
        raise Http404
    initial: dict[str, Any] = {"text": text.typed(legal_texts(today()).get(key, "")), "valid_from": today()}
    form = FORMS[text.unit](request.POST or None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.date_setting(
                text.setting, given["text"], given["valid_from"], by=user_of(request), about=text.label
            )
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"«\u00a0{text.label}\u00a0» est enregistré.")
            return redirect("legal_list")
    values = [(row.valid_from, text.read(row.value)) for row in dated_values(text.setting)]
    context = {"form": form, "text": text, "values": values}
    return settings_page(request, "office/legal_edit.html", context, status=form_status(form))
