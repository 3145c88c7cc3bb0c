"""manage.py demo [--if-empty] [--scale N]: load the demo data, once, and a crowd beside them."""

from argparse import ArgumentParser, ArgumentTypeError
from decimal import Decimal
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from demo.loading import DAYS, BooksInUse, load
from demo.scale.loading import CLIENTS, ENTRIES, Size, scale_up
from office.amounts import format_quantity
from office.clock import today
from office.errors import SoldeError

SCALE = f"""
ajouter N × {CLIENTS} clients, leurs animaux et N × {ENTRIES} écritures sur 18 mois, dans deux établissements
à eux, sous les mêmes règles de la base (100\u00a0: cent mille clients, un million d’écritures)\u00a0; interrompu, le
chargement reprend où il en était
"""


def _scale(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError("N est un nombre entier à partir de 1.")
    return int(text)


class Command(BaseCommand):
    help = "Charge les données de démonstration, une seule fois, dans une installation vide."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="ne rien faire s’il y a d’autres données")
        parser.add_argument("--scale", type=_scale, metavar="N", help=SCALE)

    def handle(self, *, if_empty: bool, scale: int | None, **_: Any) -> None:
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
            if scale:
                self._scale_up(scale)

    def _scale_up(self, scale: int) -> None:
        try:
            made = scale_up(today(), Size.of(scale), progress=_bar)
        except SoldeError as refusal:
            raise CommandError(refusal.message) from refusal
        told = f"{_told(Size.of(scale).clients)} clients, {_told(made)} écritures ajoutées"
        self.stdout.write(f"Échelle {scale}\u00a0: {told if made else 'données déjà chargées'}.")


def _told(count: int) -> str:
    return format_quantity(Decimal(count))


def _bar(what: str, total: int) -> "tqdm[NoReturn]":
    return tqdm(total=total, unit=f" {what}", desc=f"Échelle, {what}", disable=None, leave=False)
