"""manage.py import_open_items FILE [--mapping NAME]: take over another program's invoices."""

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate, now
from tqdm import tqdm

from ledger.models import Operation
from office.errors import SoldeError
from office.grids import FileRefused
from payments.importing import import_open_items
from payments.invoice_file import Row
from payments.mappings import MAPPINGS

COUNTED = {
    "invoices": ("facture", "factures"),
    "payments": ("règlement", "règlements"),
    "clients": ("nouveau client", "nouveaux clients"),
}


class Command(BaseCommand):
    help = "Importe les factures d’un autre logiciel (CSV), leurs clients et ce qui en est réglé : tout ou rien."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="fichier CSV, en UTF-8 ou Windows-1252")
        parser.add_argument("--mapping", choices=sorted(MAPPINGS), default="open_items", help="forme du fichier")
        parser.add_argument(
            "--over-openings",
            action="store_true",
            help="accepter des factures que le solde à nouveau d’un client compte peut-être déjà",
        )

    def handle(self, *, file: Path, mapping: str, over_openings: bool, **_: Any) -> None:
        moment = now()
        op = Operation(kind=Operation.Kind.IMPORT, at=moment, day=localdate(moment))
        try:
            content = file.read_bytes()
            done = import_open_items(
                content, MAPPINGS[mapping], op=op, over_openings=over_openings, progress=self._progress
            ).detail
        except OSError as error:
            raise CommandError(f"Le fichier {file} ne se lit pas ({error.strerror}).") from error
        except FileRefused as refusal:
            raise CommandError("\n".join([refusal.message, *map(str, refusal.faults)])) from refusal
        except SoldeError as refusal:
            raise CommandError(refusal.message) from refusal
        counts = ", ".join(
            f"{done[name]} {one if done[name] == 1 else several}" for name, (one, several) in COUNTED.items()
        )
        self.stdout.write(f"Importé\u00a0: {counts}.")

    def _progress(self, rows: Sequence[Row]) -> Iterable[Row]:
        """A bar on a terminal, nothing elsewhere."""
        return tqdm(rows, desc="Import", unit="facture", disable=None)
