"""Clients with all that is known of them, and the e-mails that went to them."""

from clients.models.mails import Mail, MailAttempt, MailTemplate
from clients.models.records import (
    CHIP,
    CODE,
    E_ADDRESS,
    EMAIL_REFUSED,
    FRANCE,
    Address,
    Animal,
    Change,
    Channel,
    Client,
    Contact,
    Note,
    Title,
    VatRegime,
    Word,
    address_lines,
)

__all__ = [
    "CHIP",
    "CODE",
    "EMAIL_REFUSED",
    "E_ADDRESS",
    "FRANCE",
    "Address",
    "Animal",
    "Change",
    "Channel",
    "Client",
    "Contact",
    "Mail",
    "MailAttempt",
    "MailTemplate",
    "Note",
    "Title",
    "VatRegime",
    "Word",
    "address_lines",
]
