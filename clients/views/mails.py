"""Administration > E-mails envoyés: what was sent to clients, each with what became of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.timezone import now
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from clients import services
from clients.filters import MailFilter
from clients.forms import ResendForm
from clients.models import Mail
from clients.queries import addresses_of, mails
from clients.tables import MailTable, mail_badge
from clients.tasks import queue_mail
from office.access import role, user_of
from office.errors import SoldeError
from office.forms import form_status
from office.jobs import is_worker_running
from office.kept import checked, hand_out
from office.models import KeptFile, Role
from office.pdf import pdf_response
from office.tables import paged


@role(Role.FRONT_DESK)
def mail_list(request: HttpRequest) -> HttpResponse:
    filters = MailFilter(request.GET, mails())
    table = paged(MailTable(filters.qs), request)
    context = {"filters": filters, "table": table, "is_stopped": _is_stopped()}
    return render(request, "clients/mail_list.html", context, status=form_status(filters.form))


@role(Role.FRONT_DESK)
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    mail = _mail(pk)
    return _page(request, mail, ResendForm(mail=mail, known=addresses_of(mail.account.client)))


@role(Role.FRONT_DESK)
@require_POST
def mail_resend(request: HttpRequest, pk: int) -> HttpResponse:
    mail = _mail(pk)
    form = ResendForm(request.POST, mail=mail, known=addresses_of(mail.account.client))
    if form.is_valid():
        to = form.cleaned_data["recipient"]
        try:
            newer = services.resend_mail(mail=mail, recipient=to, op=form.operation(request), job=queue_mail)
        except (services.AlreadyResent, services.NotLost) as error:
            messages.error(request, error.message)
            return redirect("mail_detail", pk)
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"Le même e-mail part de nouveau, à {to}.")
            return redirect("mail_detail", newer.pk)
    return _page(request, mail, form)


@role(Role.FRONT_DESK)
@require_POST
def mail_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Marquer comme envoyé."""
    try:
        services.mark_as_sent(_mail(pk), by=user_of(request), at=now())
    except SoldeError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "L’e-mail est marqué comme envoyé.")
    return redirect("mail_detail", pk)


@role(Role.FRONT_DESK)
def mail_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    found: KeptFile = get_object_or_404(KeptFile.objects.filter(mails=pk), pk=file)
    content = checked(found)
    hand_out(found, by=user_of(request), what=f"Pièce jointe {found.name}")
    return pdf_response(found.name, content)


def _page(request: HttpRequest, mail: Mail, form: ResendForm) -> HttpResponse:
    context = {
        "mail": mail,
        "badge": mail_badge(mail),
        "client": mail.account.client,
        "newer": getattr(mail, "followed_by", None),
        "files": mail.files.defer("content").order_by("pk"),
        "attempts": mail.attempts.order_by("rank"),
        "form": form,
        "is_stopped": mail.is_going and _is_stopped(),
    }
    page = "clients/_mail.html" if HtmxDetails(request) else "clients/mail_detail.html"
    response = render(request, page, context, status=form_status(form))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _is_stopped() -> bool:
    """Whether nothing leaves, since nobody does the jobs."""
    return not is_worker_running(now())


def _mail(pk: int) -> Mail:
    found = Mail.objects.select_related(
        "account__client", "document", "operation__user", "follows", "followed_by", "settled_by"
    )
    return get_object_or_404(found, pk=pk)
