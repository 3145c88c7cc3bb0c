"""Reads of e-mails, of the texts that they are written from, and of where they go."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from clients.letters import LETTERS, Letter, Text
from clients.models import Client, Contact, Mail, MailTemplate
from ledger.models import ClientAccount, Document
from office.folding import fold

BILLING = ("compta", "factur", "administrat")  # in the function of somebody who gets invoices


def mails() -> QuerySet[Mail]:
    """All e-mails, newest first."""
    found = Mail.objects.select_related("account__client", "document", "operation__user", "followed_by")
    return found.order_by("-pk")


def mails_of(account: ClientAccount) -> QuerySet[Mail]:
    """The e-mails of a client, newest first."""
    return mails().filter(account=account)


def mails_about(document: Document) -> QuerySet[Mail]:
    """The e-mails that a document is the subject of, newest first."""
    return mails().filter(document=document)


def lost_mails() -> QuerySet[Mail]:
    """The e-mails that somebody has to see to, and nobody sent again."""
    lost = Q(state__in=(Mail.State.FAILED, Mail.State.UNCERTAIN))
    return Mail.objects.filter(lost, followed_by=None).order_by("-pk")


def text_of(letter: Letter) -> Text:
    """What the e-mails of a kind say: the text of Paramètres, or the proposed one."""
    own = MailTemplate.objects.filter(pk=letter.key).first()
    return Text(own.subject, own.body) if own else Text(letter.subject, letter.body)


def texts() -> list[tuple[Letter, Text, bool]]:
    """Each kind of e-mail with what it says, and whether that is the proposed text."""
    own = {row.kind: Text(row.subject, row.body) for row in MailTemplate.objects.order_by("pk")}
    return [
        (letter, own.get(letter.key, Text(letter.subject, letter.body)), letter.key not in own)
        for letter in LETTERS.values()
    ]


def addresses_of(client: Client) -> list[str]:
    """Where documents of a client may be sent, the likeliest first: its own address, then those who keep its books."""
    contacts = client.contacts.exclude(email="").order_by("pk").values_list("function", "email")
    return list(dict.fromkeys([*filter(None, [client.email]), *_billing_first(contacts)]))


def address_by_client(clients: Iterable[Client]) -> dict[int, str]:
    """The likeliest address of each client that has one, by the client's key; in one query."""
    known = {client.pk: client.email for client in clients}
    found: dict[int, list[tuple[str, str]]] = {}
    rows = Contact.objects.filter(client__in=known).exclude(email="").order_by("pk")
    for key, function, email in rows.values_list("client", "function", "email"):
        found.setdefault(key, []).append((function, email))
    likeliest = {key: email or next(iter(_billing_first(found.get(key, ()))), "") for key, email in known.items()}
    return {key: email for key, email in likeliest.items() if email}


def _billing_first(contacts: Iterable[tuple[str, str]]) -> list[str]:
    ranked = sorted(contacts, key=lambda row: not any(word in fold(row[0]) for word in BILLING))
    return [email for _, email in ranked]
