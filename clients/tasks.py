"""E-mails to clients, handed to the server one by one."""

from datetime import datetime

from django.utils.timezone import now
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from clients import services
from office import jobs
from office.errors import SoldeError
from office.mailing import MailUncertain, send

BROKEN = "Solde s’est arrêté pendant l’envoi\u00a0: le message est peut-être parti."


def queue_mail(*, key: int, at: datetime | None = None) -> None:
    """Have an e-mail sent, now or at a moment. Of two jobs for one, the second waits until the first has ended."""
    jobs.queue(send_mail.configure(lock=f"clients.mail.{key}", schedule_at=at), key=key)


@app.task
def send_mail(key: int) -> None:
    """Hand an e-mail to the server, unless it was already; what refuses it queues it for later."""
    with jobs.own_connection():
        message = services.begin(key, at=now())
        if message is None:
            return
        try:
            send(message)
        except MailUncertain as error:
            services.note_uncertain(key, error.message, at=now())
        except SoldeError as error:
            services.note_refused(key, error, at=now(), job=queue_mail)
        except Exception:
            services.note_uncertain(key, BROKEN, at=now())
            raise
        else:
            services.note_sent(key, at=now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="clients.sweep_mails")
def sweep_mails(timestamp: int) -> None:
    """Each minute: e-mails that no job sees to any more."""
    with jobs.own_connection():
        services.sweep_mails(now(), job=_requeue)


def _requeue(*, key: int) -> None:
    try:
        jobs.queue(send_mail.configure(lock=f"clients.mail.{key}", queueing_lock=f"clients.mail.{key}"), key=key)
    except AlreadyEnqueued:  # by the minute before; the worker is busy
        return
