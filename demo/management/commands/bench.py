"""manage.py bench [SUBJECT …] [--times N] [--count N]: what pages, reports and papers cost, and whether goals are met.

« payments » books payments of the demo's crowd, which stay; every other subject writes nothing. « batches » makes the
statements of many clients by one process and by two. Without a subject, all are measured. The exit status is 1 when a
goal is missed.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.test import override_settings

from demo.bench import FIGURES, SUBJECTS, Cost, NothingToMeasure, measure
from demo.bench.batches import measure_batches
from demo.bench.payments import TooFewDebtors, measure_payments
from office.loading import load_site
from office.models import Role, User

PAYMENTS, BATCHES = "payments", "batches"
PAYMENTS_A_SECOND = 150
STATEMENTS_A_SECOND, TWO_BESIDE_ONE, BESIDE_BARE, GROWTH = 18, 1.8, 1.2, 1.1
MANY = 500  # statements from which on the memory of a process says something


class Command(BaseCommand):
    help = (
        "Mesure ce que coûtent pages, états et PDF sur les données présentes (médianes, en ms), sans rien y écrire. "
        f"«\u00a0{PAYMENTS}\u00a0» enregistre des règlements des clients de «\u00a0demo --scale\u00a0», qui restent. "
        "Dit à la fin combien de buts sont tenus\u00a0; le code de sortie est 1 si l’un ne l’est pas."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, BATCHES, PAYMENTS, []], metavar="sujet")
        parser.add_argument("--times", type=int, default=20, metavar="N", help="mesures par page (20)")
        counts = "règlements de chaque manière (500), extraits d’un lot (100)"
        parser.add_argument("--count", type=int, metavar="N", help=counts)

    @override_settings(DEBUG=False)  # as it is served: Django keeps no record of queries then
    def handle(self, *, subjects: list[str], times: int, count: int | None, **_: Any) -> None:
        load_site()
        user = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
        if not user or times < 1 or (count is not None and count < 1):
            raise CommandError("Il faut un administrateur, et au moins une mesure.")
        self.met: list[bool] = []
        self.ratios: list[tuple[float, str]] = []
        if pages := [subject for subject in subjects or SUBJECTS if subject in SUBJECTS]:
            self._pages(pages, times, user)
        if not subjects or BATCHES in subjects:
            self._batches(count or 100, asked=BATCHES in subjects)
        if not subjects or PAYMENTS in subjects:
            self._payments(count or 500, user, asked=PAYMENTS in subjects)
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
            self._goal(f"{FIGURES[goal.figure]} ≤ {goal.limit:g}", is_met=is_met) for goal, _, is_met in cost.results
        ]
        self.ratios += [(value, cost.task.label) for goal, value, _ in cost.results if goal.figure == "ratio"]
        figures = f"{cost.task.label:<32}{cost.request:>9.1f}{cost.sql:>9.1f}{cost.queries:>8}{floor}"
        self.stdout.write(f"{figures}  {', '.join(told)}".rstrip())

    def _goal(self, wanted: str, *, is_met: bool) -> str:
        """A goal with whether it is met, which is counted."""
        self.met.append(is_met)
        return f"{wanted} {'tenu' if is_met else 'MANQUÉ'}"

    def _batches(self, count: int, *, asked: bool) -> None:
        try:
            found = measure_batches(count)
        except NothingToMeasure as reason:
            self._leave(f"Aucun lot à mesurer ({reason}).", reason, asked=asked)
            return
        alone = found[0].rate
        self.stdout.write(
            f"{'lot d’extraits de 20 lignes':<32}{'extraits/s':>11}{'à 1 seul':>9}{'tables/s':>9}{'rapport':>9}"
            f"{'Mo':>9}{'hausse':>9}  buts"
        )
        for batch in found:
            goals = [self._goal(f"rapport ≤ {BESIDE_BARE}", is_met=batch.ratio <= BESIDE_BARE)]
            if batch.processes > 1:
                goals += [
                    self._goal(f"extraits/s ≥ {STATEMENTS_A_SECOND}", is_met=batch.rate >= STATEMENTS_A_SECOND),
                    self._goal(f"à 1 seul ≥ {TWO_BESIDE_ONE}", is_met=batch.rate >= TWO_BESIDE_ONE * alone),
                ]
            if batch.count >= MANY:
                goals.append(self._goal(f"hausse ≤ {GROWTH}", is_met=batch.growth <= GROWTH))
            label = f"{batch.count} par {batch.processes} processus"
            figures = f"{batch.rate:>11.1f}{batch.rate / alone:>9.2f}{batch.floor:>9.1f}{batch.ratio:>9.1f}"
            figures += f"{batch.peak:>9.0f}{batch.growth:>9.2f}"
            self.stdout.write(f"{label:<32}{figures}  {', '.join(goals)}".rstrip())

    def _leave(self, told: str, reason: Exception, *, asked: bool) -> None:
        """What can't be measured is a fault where it was asked for, else told."""
        if asked:
            raise CommandError(told) from reason
        self.stdout.write(told)

    def _payments(self, count: int, user: User, *, asked: bool) -> None:
        try:
            rates = measure_payments(count, user)
        except TooFewDebtors as reason:
            need = "chargez «\u00a0demo --scale\u00a0»"
            told = f"Trop peu de clients ont deux échéances à régler ({reason})\u00a0: {need}."
            self._leave(told, reason, asked=asked)
            return
        told = self._goal(f"service/s ≥ {PAYMENTS_A_SECOND}", is_met=rates.service >= PAYMENTS_A_SECOND)
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
