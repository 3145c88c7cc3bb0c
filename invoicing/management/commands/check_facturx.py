"""manage.py check_facturx: whether e-invoices keep the rules, and which they break."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from invoicing.facturx.checking import check_files


class Command(BaseCommand):
    help = "Vérifie des factures électroniques, XML ou PDF Factur-X, et nomme chaque règle enfreinte."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FICHIER")

    def handle(self, *, files: list[Path], **_: Any) -> None:
        faulty = 0
        for path, found in check_files(files).items():
            errors = [broken for broken in found if not broken.is_warning]
            faulty += bool(errors)
            number = f"{len(errors)} règles enfreintes" if len(errors) > 1 else "1 règle enfreinte"
            self.stdout.write(f"{path}\u00a0: {number if errors else 'conforme'}")
            for broken in found:
                mark = "avertissement, " if broken.is_warning else ""
                self.stdout.write(f"  {mark}{broken.rule}\u00a0: {broken.sentence}")
        if faulty:
            raise CommandError(f"{faulty} sur {len(files)} à corriger.")
