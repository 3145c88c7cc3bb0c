"""What is kept of reports: what users see of them, and the statements and reminders that clients got."""

from statements.models.columns import HiddenColumns
from statements.models.reminders import Reminded, Reminder
from statements.models.rounds import Basis, Choice, Round, RoundSchedule, Statement

__all__ = ["Basis", "Choice", "HiddenColumns", "Reminded", "Reminder", "Round", "RoundSchedule", "Statement"]
