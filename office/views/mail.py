"""Paramètres > E-mails: who sends, through which server, and a test."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from office import mailing, services
from office.access import role, user_of
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.queries import company, mail_server
from office.settings_forms import MailServerForm, TestMessageForm
from office.settings_pages import settings_page


@role(Role.ADMINISTRATOR)
@sensitive_post_parameters("new_password")
def settings_mail(request: HttpRequest) -> HttpResponse:
    server = mail_server()
    form = MailServerForm(request.POST or None, instance=server)
    if form.is_valid():
        password = form.cleaned_data["new_password"]
        services.save_mail_server(server, password=password, fields=form.saved_fields, by=user_of(request))
        messages.success(request, "Les paramètres d’envoi sont enregistrés. Vérifiez-les par un message d’essai.")
        return redirect("settings_mail")
    return _page(request, form, TestMessageForm(initial={"to": user_of(request).email}), form_status(form))


@role(Role.ADMINISTRATOR)
def mail_test(request: HttpRequest) -> HttpResponse:
    form = TestMessageForm(request.POST or None)
    if form.is_valid():
        to = form.cleaned_data["to"]
        try:
            mailing.send_test(to, company_name=company().name)
        except SoldeError as error:
            form.add_error("to", error.message)
        else:
            messages.success(request, f"Le message d’essai est parti vers {to}.")
            return redirect("settings_mail")
    return _page(request, MailServerForm(instance=mail_server()), form, form_status(form))


def _page(request: HttpRequest, form: MailServerForm, test: TestMessageForm, status: int) -> HttpResponse:
    context = {"form": form, "test": test}
    return settings_page(request, "office/settings_mail.html", context, status=status)
