"""The way out of e-mails: the server named in Paramètres; files of SOLDE_VAR/emails in development."""

import smtplib
import ssl
from contextlib import closing
from email.utils import formataddr

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from office import cipher
from office.errors import SoldeError
from office.models import MailServer


class NoMailServer(SoldeError):
    """Nobody said yet who sends, and through which server."""

    def __init__(self) -> None:
        super().__init__("Aucun serveur d’envoi n’est enregistré\u00a0: remplissez d’abord ce formulaire.")


class MailRefused(SoldeError):
    """The server can't be reached or doesn't take the message; the sentence says why, with its own words."""


def sender() -> str:
    """The « From » of every message. Raises NoMailServer."""
    server = _server()
    return formataddr((server.sender_name, server.sender_address))


def connection() -> BaseEmailBackend:
    """The mail backend of the settings, told about the server of Paramètres. Raises NoMailServer, MailRefused."""
    server = _server()
    try:
        password = cipher.decrypt(server.password)
    except cipher.CannotRead:
        raise MailRefused(
            "Le mot de passe enregistré n’est plus lisible (la clé de Solde a changé)\u00a0: tapez-le de nouveau."
        ) from None
    backend: BaseEmailBackend = get_connection(
        host=server.host,
        port=server.port,
        username=server.username,
        password=password,
        use_tls=server.security == MailServer.Security.STARTTLS,
        use_ssl=server.security == MailServer.Security.TLS,
    )
    return backend


def send(message: EmailMessage) -> None:
    """Send one message now, from the sender of Paramètres. Raises NoMailServer, MailRefused."""
    message.from_email, message.connection = sender(), connection()
    try:
        with closing(message.connection):
            message.send()
    except (OSError, smtplib.SMTPException) as error:
        raise MailRefused(_told(error)) from error


def send_test(to: str, *, company_name: str) -> None:
    """Send a short message that proves the settings. Raises NoMailServer, MailRefused."""
    send(
        EmailMessage(
            subject=f"Message d’essai de {company_name or 'Solde'}",
            body="Ce message prouve que Solde peut envoyer des e-mails avec ces paramètres.",
            to=[to],
        )
    )


def _server() -> MailServer:
    server = MailServer.objects.filter(pk=1).first()
    if server is None:
        raise NoMailServer
    return server


def _told(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"Le serveur refuse l’identifiant ou le mot de passe{_words(error.smtp_error)}."
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            _, words = next(iter(refused.values()))
            return f"Le serveur refuse le destinataire{_words(words)}."
        case smtplib.SMTPSenderRefused():
            return f"Le serveur refuse l’adresse de l’expéditeur{_words(error.smtp_error)}."
        case smtplib.SMTPNotSupportedError():
            return "Le serveur ne connaît pas cette sécurité\u00a0: essayez-en une autre, ou un autre port."
        case smtplib.SMTPResponseException():
            return f"Le serveur refuse le message{_words(error.smtp_error)}."
        case ssl.SSLError():
            return "La connexion sécurisée échoue\u00a0: vérifiez la sécurité et le port."
        case TimeoutError() | smtplib.SMTPServerDisconnected():
            return "Le serveur ne répond pas\u00a0: vérifiez son nom, le port et la sécurité."
    return "Le serveur est injoignable\u00a0: vérifiez son nom et le port."


def _words(answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
    return f" («\u00a0{' '.join(text.split())[:200]}\u00a0»)" if text.strip() else ""
