"""manage.py log_start: write into the event log that Solde starts, and its version."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from office.events import record
from office.models import Event


class Command(BaseCommand):
    help = "Note au journal des événements que Solde démarre, et sa version."

    def handle(self, **_: Any) -> None:
        record(Event.Kind.START, {"version": settings.VERSION})
