"""manage.py bench [sheet] [list] [search] [--times N]: what pages cost on the data that are loaded."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.bench import SUBJECTS, Cost, NothingToMeasure, measure
from office.models import Role, User


class Command(BaseCommand):
    help = "Mesure ce que coûtent des pages sur les données présentes, sans rien y écrire (médianes, en ms)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], metavar="sujet", help=", ".join(SUBJECTS))
        parser.add_argument("--times", type=int, default=20, metavar="N", help="mesures par page (20)")

    def handle(self, *, subjects: list[str], times: int, **_: Any) -> None:
        user = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
        if not user or times < 1:
            raise CommandError("Il faut un administrateur, et au moins une mesure.")
        self.stdout.write(f"{'page':<32}{'requête':>9}{'SQL':>9}{'nombre':>8}{'SQL nu':>9}{'rapport':>9}")
        for subject in subjects or SUBJECTS:
            try:
                for task in SUBJECTS[subject]():
                    self.stdout.write(_line(measure(task, user, times)))
            except NothingToMeasure as reason:
                raise CommandError(f"Rien à mesurer\u00a0: chargez la démonstration ({reason}).") from reason


def _line(cost: Cost) -> str:
    floor = f"{cost.floor:>9.1f}{cost.sql / cost.floor:>9.1f}" if cost.floor else f"{'':>18}"
    return f"{cost.task.label:<32}{cost.request:>9.1f}{cost.sql:>9.1f}{cost.queries:>8}{floor}".rstrip()
