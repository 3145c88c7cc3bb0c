"""What a mail server can do to us, by one that answers as told."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core import mail

from office import cipher, mailing
from office.models import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_smtp(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 5


@contextmanager
def smtp(**answers: str) -> Iterator[int]:
    """A mail server on a port of its own. answers: to each command, else 250; to END, once it has the message:
    nothing hangs up."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 essai")
            while command := self.rfile.readline().decode().strip():
                word = command.split()[0].split(":")[0].upper()
                self.say(answers.get(word, "250 OK"))
                if word == "DATA":
                    while self.rfile.readline().strip() != b".":
                        pass
                    if not (taken := answers.get("END", "250 OK")):
                        return
                    self.say(taken)
                if word == "QUIT":
                    return

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def server(port: int, **fields) -> MailServer:
    fields = {"security": "none", "host": "127.0.0.1", "sender_address": "a@exemple.fr", **fields}
    return MailServer.objects.create(pk=1, port=port, **fields)


def refusal() -> str:
    with pytest.raises(mailing.MailRefused) as told:
        mailing.send_test("b@exemple.fr", company_name="Clinique")
    return told.value.message


def test_a_message_that_the_server_takes_is_sent():
    with smtp(DATA="354 envoyez") as port:
        server(port)

        mailing.send_test("b@exemple.fr", company_name="Clinique")


@pytest.mark.parametrize(
    ("answers", "fields", "told"),
    [
        (
            {"EHLO": "250-essai\r\n250 AUTH PLAIN", "AUTH": "535 Mauvais mot de passe"},
            {"username": "moi"},
            "Le serveur refuse l’identifiant ou le mot de passe («\u00a0Mauvais mot de passe\u00a0»).",
        ),
        ({"RCPT": "550 Inconnu ici"}, {}, "Le serveur refuse le destinataire («\u00a0Inconnu ici\u00a0»)."),
        ({"MAIL": "553 Pas vous"}, {}, "Le serveur refuse l’adresse de l’expéditeur («\u00a0Pas vous\u00a0»)."),
        ({"DATA": "552 Trop lourd"}, {}, "Le serveur refuse le message («\u00a0Trop lourd\u00a0»)."),
        (
            {},
            {"security": "starttls"},
            "Le serveur ne connaît pas cette sécurité\u00a0: essayez-en une autre, ou un autre port.",
        ),
        ({}, {"security": "tls"}, "La connexion sécurisée échoue\u00a0: vérifiez la sécurité et le port."),
    ],
)
def test_what_the_server_refuses_is_told_in_french_with_its_own_words(answers, fields, told):
    with smtp(**answers) as port:
        server(port, password=cipher.encrypt("agrafe-7"), **fields)

        assert refusal() == told


def test_a_server_that_isnt_there_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server(free.getsockname()[1])

        assert refusal() == "Le serveur est injoignable\u00a0: vérifiez son nom et le port."


def test_a_server_that_says_nothing_is_told(settings):
    settings.EMAIL_TIMEOUT = 0.2
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        server(silent.getsockname()[1])

        assert refusal() == "Le serveur ne répond pas\u00a0: vérifiez son nom, le port et la sécurité."


def test_a_password_of_another_secret_key_is_asked_for_again(settings):
    server(25, password=cipher.encrypt("agrafe-7"), username="moi")
    settings.SECRET_KEY = "another"

    assert "tapez-le de nouveau" in refusal()


def test_in_development_messages_are_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    server(25, username="moi")

    mailing.send_test("b@exemple.fr", company_name="")

    (file,) = tmp_path.iterdir()
    assert "To: b@exemple.fr" in file.read_text()
    assert not getattr(mail, "outbox", [])
