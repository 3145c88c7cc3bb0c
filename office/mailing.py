"""The way out of e-mails: the server named in Paramètres; files of SOLDE_VAR/emails in development."""

import smtplib
import ssl
from contextlib import ExitStack, suppress
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from office import cipher
from office.errors import SoldeError
from office.models import MailServer
from office.queries import company, mail_server

NOBODY = "solde@localhost"


class NoMailServer(SoldeError):
    """Nobody said yet who sends, and through which server."""

    def __init__(self) -> None:
        super().__init__("Aucun serveur d’envoi n’est enregistré\u00a0: remplissez d’abord ce formulaire.")


class MailRefused(SoldeError):
    """The server can't be reached or doesn't take the message; the sentence says why, with its own words.

    for_good: it would say the same of this message at any other time.
    """

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        self.for_good = for_good
        super().__init__(message)


class MailUncertain(SoldeError):
    """The server fell silent while it was given the message: it may have taken it."""

    def __init__(self) -> None:
        super().__init__("Le serveur s’est tu pendant l’envoi\u00a0: il a peut-être pris le message.")


def sender() -> tuple[str, str]:
    """The name and the address that every message comes from. Raises NoMailServer."""
    server = mail_server()
    if _into_files() and not server.sender_address:
        business = company()
        return business.name, business.email or NOBODY
    return _named(server).sender_name, server.sender_address


def connection() -> BaseEmailBackend:
    """The mail backend of the settings, told about the server of Paramètres. Raises NoMailServer, MailRefused."""
    if _into_files():
        return get_connection()
    server = _named(mail_server())
    try:
        password = cipher.decrypt(server.password)
    except cipher.CannotRead:
        raise MailRefused(
            "Le mot de passe enregistré n’est plus lisible (la clé de Solde a changé)\u00a0: tapez-le de nouveau."
        ) from None
    return get_connection(
        host=server.host,
        port=server.port,
        username=server.username,
        password=password,
        use_tls=server.security == MailServer.Security.STARTTLS,
        use_ssl=server.security == MailServer.Security.TLS,
    )


def send(message: EmailMessage) -> None:
    """Send one message now, from the sender of Paramètres. Raises NoMailServer, MailRefused, MailUncertain."""
    message.from_email, message.connection = formataddr(sender()), connection()
    with ExitStack() as stack:
        stack.callback(_close, message.connection)
        try:
            message.connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise MailRefused(_told(error)) from error
        try:
            message.send()
        except smtplib.SMTPServerDisconnected as error:
            raise MailUncertain from error
        except smtplib.SMTPException as error:
            raise MailRefused(_told(error), for_good=_is_for_good(error)) from error
        except OSError as error:
            raise MailUncertain from error


def send_test(to: str, *, company_name: str) -> None:
    """Send a short message that proves the settings. Raises NoMailServer, MailRefused, MailUncertain."""
    send(
        EmailMessage(
            subject=f"Message d’essai de {company_name or 'Solde'}",
            body="Ce message prouve que Solde peut envoyer des e-mails avec ces paramètres.",
            to=[to],
        )
    )


def _into_files() -> bool:
    """Whether messages are written to files, which takes no server."""
    return settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")


def _named(server: MailServer) -> MailServer:
    if not server.sender_address:
        raise NoMailServer
    return server


def _close(backend: BaseEmailBackend) -> None:
    """End a connection whose message was answered for; how the server takes leave doesn't change that."""
    with suppress(OSError, smtplib.SMTPException):
        backend.close()


def _is_for_good(error: smtplib.SMTPException) -> bool:
    """Whether the server refuses this recipient or this message for what it is, rather than for now."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


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
