"""The page on which something is sent to a client by e-mail, whichever app owns what is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clients.forms import MailForm
from clients.letters import Letter, filled
from clients.models import Client
from clients.queries import addresses_of, text_of
from clients.services import write_mail
from clients.tasks import queue_mail
from ledger.models import Document
from ledger.queries import was_submitted
from office.errors import SoldeError
from office.forms import form_status
from office.mailing import NoMailServer, sender
from office.models import KeptFile


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a page sends to a client.

    title: what it is, « La facture FAC-2026-00042 ». values: what the fields of its letter are filled with.
    attached, attached_url: the name of the file, and where it is looked at. make: gives the files, once they are
    needed. back: where the page leads. send: writes the e-mail instead, for what is only kept as it leaves; given
    `text`, `recipient`, `op` and `job`. seen: the figures that its words tell, which may change while it is written.
    """

    title: str
    client: Client
    letter: Letter
    values: Mapping[str, str]
    attached: str
    attached_url: str
    make: Callable[[], Sequence[KeptFile]]
    back: str
    document: Document | None = None
    send: Callable[..., Any] | None = None
    seen: str = ""


def send_page(request: HttpRequest, parcel: Parcel) -> HttpResponse:
    """Show what would be sent and to whom; write it and have it sent once that is accepted."""
    text = filled(text_of(parcel.letter), parcel.values)
    form = MailForm(request.POST or None, known=addresses_of(parcel.client), text=text)
    sends = request.POST.get("action") != "preview"
    if form.is_valid() and sends and _send(request, form, parcel):
        return redirect(parcel.back)
    seen = form.text if form.is_valid() else text
    context = {
        "parcel": parcel,
        "form": form,
        "seen": seen,
        "recipient": form.cleaned_data["recipient"] if form.is_valid() else form["recipient"].value(),
        "sender": _sender(),
    }
    return render(request, "clients/mail_form.html", context, status=form_status(form))


def _send(request: HttpRequest, form: MailForm, parcel: Parcel) -> bool:
    """Write the e-mail and say so; False if it was refused, which the form then tells."""
    to = form.cleaned_data["recipient"]
    if request.POST.get("seen", "") != parcel.seen and not was_submitted(request.POST["key"]):
        form.add_error(None, f"Le compte a changé depuis l’ouverture de cette page. {parcel.seen} Corrigez le message.")
        return False
    sent = {"text": form.text, "recipient": to, "op": form.operation(request), "job": queue_mail}
    try:
        if parcel.send:
            parcel.send(**sent)
        else:
            write_mail(
                account=parcel.client.account,
                letter=parcel.letter,
                files=parcel.make(),
                document=parcel.document,
                **sent,
            )
    except SoldeError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    messages.success(request, f"L’e-mail à {to} est prêt\u00a0: il part dès que possible.")
    return True


def _sender() -> str:
    """The « De » of what leaves; nothing while nobody said who sends."""
    try:
        name, address = sender()
    except NoMailServer:
        return ""
    return f"{name} ({address})" if name else address
