"""manage.py bench [SUBJECT …] [--times N] [--count N]: what pages, reports and papers cost, and whether goals are met.

« payments » books payments of the demo's crowd, which stay; every other subject writes nothing. Without a subject, all
are measured. The exit status is 1 when a goal is missed.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.bench import FIGURES, SUBJECTS, Cost, NothingToMeasure, measure
from demo.posting import TooFewDebtors, measure_payments
from office.models import Role, User

PAYMENTS = "payments"
PAYMENTS_A_SECOND = 150


class Command(BaseCommand):
    help = (
        "Mesure ce que coûtent pages, états et PDF sur les données présentes (médianes, en ms), sans rien y écrire. "
        f"«\u00a0{PAYMENTS}\u00a0» enregistre des règlements des clients de «\u00a0demo --scale\u00a0», qui restent. "
        "Dit à la fin combien de buts sont tenus\u00a0; le code de sortie est 1 si l’un ne l’est pas."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, PAYMENTS, []], metavar="sujet")
        parser.add_argument("--times", type=int, default=20, metavar="N", help="mesures par page (20)")
        parser.add_argument("--count", type=int, default=500, metavar="N", help="règlements de chaque manière (500)")

    def handle(self, *, subjects: list[str], times: int, count: int, **_: Any) -> None:
        user = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
        if not user or times < 1 or count < 1:
            raise CommandError("Il faut un administrateur, et au moins une mesure.")
        self.met: list[bool] = []
        self.ratios: list[tuple[float, str]] = []
        if pages := [subject for subject in subjects or SUBJECTS if subject != PAYMENTS]:
            self._pages(pages, times, user)
        if not subjects or PAYMENTS in subjects:
            self._payments(count, user, asked=PAYMENTS in subjects)
        self._sum_up()

    def _pages(self, subjects: list[str], times: int, user: User) -> None:
        self.stdout.write(f"{'page':<32}{'requête':>9}{'SQL':>9}{'nombre':>8}{'sol':>9}{'rapport':>9}  buts")
        for subject in subjects:
            try:
                for task in SUBJECTS[subject]():
                    self._tell(measure(task, user, times))
            except NothingToMeasure as reason:
                raise CommandError(f"Rien à mesurer\u00a0: chargez la démonstration ({reason}).") from reason

    def _tell(self, cost: Cost) -> None:
        floor = f"{cost.floor:>9.1f}{cost.ratio:>9.1f}" if cost.floor else f"{'':>18}"
        told = [
            f"{FIGURES[goal.figure]} ≤ {goal.limit:g} {'tenu' if is_met else 'MANQUÉ'}"
            for goal, _, is_met in cost.results
        ]
        self.met += [is_met for _, _, is_met in cost.results]
        self.ratios += [(value, cost.task.label) for goal, value, _ in cost.results if goal.figure == "ratio"]
        figures = f"{cost.task.label:<32}{cost.request:>9.1f}{cost.sql:>9.1f}{cost.queries:>8}{floor}"
        self.stdout.write(f"{figures}  {', '.join(told)}".rstrip())

    def _payments(self, count: int, user: User, *, asked: bool) -> None:
        try:
            rates = measure_payments(count, user)
        except TooFewDebtors as reason:
            need = "chargez «\u00a0demo --scale\u00a0»"
            told = f"Trop peu de clients ont deux échéances à régler ({reason})\u00a0: {need}."
            if asked:
                raise CommandError(told) from reason
            self.stdout.write(told)
            return
        is_met = rates.service >= PAYMENTS_A_SECOND
        self.met.append(is_met)
        told = f"service/s ≥ {PAYMENTS_A_SECOND} {'tenu' if is_met else 'MANQUÉ'}"
        self.stdout.write(
            f"{'règlements de deux imputations':<32}{'service/s':>11}{'SQL nu/s':>11}{'rapport':>9}  buts\n"
            f"{rates.count:<32}{rates.service:>11.0f}{rates.floor:>11.0f}{rates.ratio:>9.1f}  {told}"
        )

    def _sum_up(self) -> None:
        worst, label = max(self.ratios, default=(0.0, ""))
        said = f"{sum(self.met)} buts tenus sur {len(self.met)}"
        self.stdout.write(f"{said}, pire rapport {worst:.1f} ({label})." if label else f"{said}.")
        if not all(self.met):
            raise SystemExit(1)
