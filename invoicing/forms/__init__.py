"""The forms of the catalogue, visits and invoices."""

from invoicing.forms.batches import VisitsForm
from invoicing.forms.catalogue import (
    CategoryForm,
    FirstTariffForm,
    ItemEditForm,
    ItemForm,
    TariffEndForm,
    TariffForm,
    TariffSearchForm,
    typed_price,
    typed_rate,
)
from invoicing.forms.invoices import DraftForm, DueSet, IssueForm, NewDraftForm, PlainDraftForm
from invoicing.forms.lines import LineForm, LineSet
from invoicing.forms.visits import VisitEditForm, VisitForm

__all__ = [
    "CategoryForm",
    "DraftForm",
    "DueSet",
    "FirstTariffForm",
    "IssueForm",
    "ItemEditForm",
    "ItemForm",
    "LineForm",
    "LineSet",
    "NewDraftForm",
    "PlainDraftForm",
    "TariffEndForm",
    "TariffForm",
    "TariffSearchForm",
    "VisitEditForm",
    "VisitForm",
    "VisitsForm",
    "typed_price",
    "typed_rate",
]
