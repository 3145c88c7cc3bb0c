"""What each report says on screen, on paper and in files, as a `Report`."""

from statements.paper.ageing import aged_chart, aged_report, aged_scope, tie
from statements.paper.books import balance_report, book_report
from statements.paper.curve import curve_chart
from statements.paper.desk import expected_report, walk_in_report
from statements.paper.dues import due_report, narrowed
from statements.paper.extract import (
    extract_paper,
    extract_report,
    final_label,
    report_label,
    scope,
    who_owes,
    who_owes_you,
)
from statements.paper.financial import financial_report
from statements.paper.outstanding import evolution_chart, outstanding_report
from statements.paper.reminder import reminder_paper
from statements.paper.vat import SALES_LABELS, collected_report, sales_report

__all__ = [
    "SALES_LABELS",
    "aged_chart",
    "aged_report",
    "aged_scope",
    "balance_report",
    "book_report",
    "collected_report",
    "curve_chart",
    "due_report",
    "evolution_chart",
    "expected_report",
    "extract_paper",
    "extract_report",
    "final_label",
    "financial_report",
    "narrowed",
    "outstanding_report",
    "reminder_paper",
    "report_label",
    "sales_report",
    "scope",
    "tie",
    "walk_in_report",
    "who_owes",
    "who_owes_you",
]
