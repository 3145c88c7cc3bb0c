"""What pages, reports and papers cost on the data that are loaded, beside the bare SQL of the same rows.

Nothing is written. A subject of its own is a function that gives tasks, and its name in SUBJECTS.
"""

from collections.abc import Callable

from demo.bench.desk import TEXTS, client_list, search, sheet
from demo.bench.financial import financial
from demo.bench.measuring import FIGURES, Cost, Goal, NothingToMeasure, Task, measure
from demo.bench.reports import aged, dues, extract, pdf

SUBJECTS: dict[str, Callable[[], list[Task]]] = {
    "sheet": sheet,
    "financial": financial,
    "list": client_list,
    "search": search,
    "extract": extract,
    "dues": dues,
    "aged": aged,
    "pdf": pdf,
}

__all__ = ["FIGURES", "SUBJECTS", "TEXTS", "Cost", "Goal", "NothingToMeasure", "Task", "measure"]
