"""The forms about a client."""

from clients.forms.client import ClientEditForm, ClientForm
from clients.forms.opening import CREDIT, OWED, OpeningForm, RemoveOpeningForm

__all__ = ["CREDIT", "OWED", "ClientEditForm", "ClientForm", "OpeningForm", "RemoveOpeningForm"]
