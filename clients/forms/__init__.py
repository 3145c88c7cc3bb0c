"""The forms about a client."""

from clients.forms.client import ClientEditForm, ClientForm

__all__ = ["ClientEditForm", "ClientForm"]
