"""The forms about a client."""

from clients.forms.client import ClientEditForm, ClientForm
from clients.forms.mails import MailForm, ResendForm, TemplateForm
from clients.forms.opening import CREDIT, OWED, OpeningForm, RemoveOpeningForm

__all__ = [
    "CREDIT",
    "OWED",
    "ClientEditForm",
    "ClientForm",
    "MailForm",
    "OpeningForm",
    "RemoveOpeningForm",
    "ResendForm",
    "TemplateForm",
]
