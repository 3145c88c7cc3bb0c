"""manage.py demo [--if-empty]: load the demo data, once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from demo.loading import DAYS, BooksInUse, load
from office.clock import today


class Command(BaseCommand):
    help = "Charge les données de démonstration, une seule fois, dans une installation vide."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="ne rien faire s’il y a d’autres données")

    def handle(self, *, if_empty: bool, **_: Any) -> None:
        try:
            with tqdm(total=DAYS, unit=" jour", desc="Démonstration", disable=None, leave=False) as bar:
                loaded = load(today(), clients=settings.DEMO_CLIENTS, bar=bar)
        except BooksInUse as refusal:
            if not if_empty:
                raise CommandError(refusal.message) from refusal
            self.stdout.write(refusal.message)
        else:
            self.stdout.write(
                "Données de démonstration chargées." if loaded else "Données de démonstration déjà chargées."
            )
