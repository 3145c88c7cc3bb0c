"""The filters of the reports, and what is set about them."""

from statements.forms.ageing import AgedForm, AgeingForm
from statements.forms.base import MonthForm, ReportForm
from statements.forms.dues import CollectionForm, ColumnsForm, DuesForm, quarter
from statements.forms.extract import ChooseForm, ExtractForm
from statements.forms.financial import FinancialFilter
from statements.forms.tables import BooksForm, ExpectedForm, SalesForm, WalkInForm

__all__ = [
    "AgedForm",
    "AgeingForm",
    "BooksForm",
    "ChooseForm",
    "CollectionForm",
    "ColumnsForm",
    "DuesForm",
    "ExpectedForm",
    "ExtractForm",
    "FinancialFilter",
    "MonthForm",
    "ReportForm",
    "SalesForm",
    "WalkInForm",
    "quarter",
]
