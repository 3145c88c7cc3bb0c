"""manage.py bench [sheet] [list] [search] [--times N]: what pages cost on the data that are loaded.

manage.py bench payments [--count N]: how many payments a second the service books; they stay.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.bench import SUBJECTS, Cost, NothingToMeasure, measure
from demo.posting import TooFewDebtors, measure_payments
from office.models import Role, User

PAYMENTS = "payments"


class Command(BaseCommand):
    help = (
        "Mesure ce que coûtent des pages sur les données présentes, sans rien y écrire (médianes, en ms)\u00a0; et, si "
        f"on le demande par «\u00a0{PAYMENTS}\u00a0», des règlements des clients de «\u00a0demo --scale\u00a0», qui "
        "restent enregistrés."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, PAYMENTS, []], metavar="sujet")
        parser.add_argument("--times", type=int, default=20, metavar="N", help="mesures par page (20)")
        parser.add_argument("--count", type=int, default=500, metavar="N", help="règlements de chaque manière (500)")

    def handle(self, *, subjects: list[str], times: int, count: int, **_: Any) -> None:
        user = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
        if not user or times < 1 or count < 1:
            raise CommandError("Il faut un administrateur, et au moins une mesure.")
        if PAYMENTS in subjects:
            self._payments(count, user)
            subjects = [subject for subject in subjects if subject != PAYMENTS]
            if not subjects:
                return
        self.stdout.write(f"{'page':<32}{'requête':>9}{'SQL':>9}{'nombre':>8}{'SQL nu':>9}{'rapport':>9}")
        for subject in subjects or SUBJECTS:
            try:
                for task in SUBJECTS[subject]():
                    self.stdout.write(_line(measure(task, user, times)))
            except NothingToMeasure as reason:
                raise CommandError(f"Rien à mesurer\u00a0: chargez la démonstration ({reason}).") from reason

    def _payments(self, count: int, user: User) -> None:
        try:
            rates = measure_payments(count, user)
        except TooFewDebtors as reason:
            raise CommandError(
                f"Trop peu de clients ont deux échéances à régler ({reason})\u00a0: chargez «\u00a0demo --scale\u00a0»."
            ) from reason
        self.stdout.write(f"{'règlements de deux imputations':<32}{'service/s':>11}{'SQL nu/s':>11}{'rapport':>9}")
        self.stdout.write(f"{rates.count:<32}{rates.service:>11.0f}{rates.floor:>11.0f}{rates.ratio:>9.1f}")


def _line(cost: Cost) -> str:
    floor = f"{cost.floor:>9.1f}{cost.sql / cost.floor:>9.1f}" if cost.floor else f"{'':>18}"
    return f"{cost.task.label:<32}{cost.request:>9.1f}{cost.sql:>9.1f}{cost.queries:>8}{floor}".rstrip()
