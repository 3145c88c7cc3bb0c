"""Paramètres > E-mails: what the e-mails to clients say, kind by kind."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from clients import services
from clients.forms import TemplateForm
from clients.letters import LETTERS, Letter, filled
from clients.queries import text_of, texts
from office.access import role, user_of
from office.forms import form_status
from office.models import Role
from office.queries import company
from office.settings_pages import settings_page


@role(Role.ADMINISTRATOR)
def mail_templates(request: HttpRequest) -> HttpResponse:
    return settings_page(request, "clients/mail_templates.html", {"texts": texts()})


@role(Role.ADMINISTRATOR)
def mail_template_edit(request: HttpRequest, kind: str) -> HttpResponse:
    letter = _letter(kind)
    now = text_of(letter)
    form = TemplateForm(request.POST or None, letter=letter, initial={"subject": now.subject, "body": now.body})
    if form.is_valid() and request.POST.get("action") != "preview":
        services.save_template(letter, form.text, by=user_of(request))
        messages.success(request, f"Le modèle «\u00a0{letter.label}\u00a0» est enregistré.")
        return redirect("mail_templates")
    business = company()
    values = letter.examples | {
        name: value for name, value in (("entreprise", business.name), ("téléphone", business.phone)) if value
    }
    context = {"form": form, "letter": letter, "seen": filled(form.text if form.is_valid() else now, values)}
    return settings_page(request, "clients/mail_template.html", context, status=form_status(form))


@role(Role.ADMINISTRATOR)
@require_POST
def mail_template_restore(request: HttpRequest, kind: str) -> HttpResponse:
    letter = _letter(kind)
    services.restore_template(letter, by=user_of(request))
    messages.success(request, f"Le modèle «\u00a0{letter.label}\u00a0» dit de nouveau ce que Solde propose.")
    return redirect("mail_template_edit", kind)


def _letter(kind: str) -> Letter:
    letter = LETTERS.get(kind)
    if letter is None:
        raise Http404
    return letter
