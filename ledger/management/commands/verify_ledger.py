"""manage.py verify_ledger: recount the ledger and verify its chains."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from ledger import verify
from office.models import Event

SHOWN = 20


class Command(BaseCommand):
    help = "Recompte le grand livre et vérifie les scellements, de la première écriture à la dernière."

    def handle(self, **_: Any) -> None:
        with verify.snapshot():
            entries = verify.size()
            with tqdm(total=entries, unit=" écritures", leave=False, disable=None) as bar:
                found = list(islice(verify.faults(bar), SHOWN + 1))
        Event.objects.create(
            kind=Event.Kind.VERIFICATION,
            detail={"entries": entries, "faults": len(found), "first": str(found[0]) if found else ""},
        )
        if found:
            more = ["… et d’autres."] if len(found) > SHOWN else []
            raise CommandError("\n".join(["Anomalies du grand livre\u00a0:", *map(str, found[:SHOWN]), *more]))
        self.stdout.write(f"Grand livre vérifié\u00a0: {entries} écritures, aucune anomalie.")
