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
from invoicing.forms.collective import EVERYTHING, PAPER, BatchForm, BatchPrintForm, BatchSendForm
from invoicing.forms.invoices import (
    DisputeForm,
    DraftForm,
    DueSet,
    EndDisputeForm,
    IssueForm,
    NewDraftForm,
    PlainDraftForm,
    RescheduleForm,
)
from invoicing.forms.lines import LinedForm, LineForm, LineSet, SitedForm
from invoicing.forms.visits import ClientForm, PasserByFields, VisitEditForm, VisitForm

__all__ = [
    "EVERYTHING",
    "PAPER",
    "BatchForm",
    "BatchPrintForm",
    "BatchSendForm",
    "CategoryForm",
    "ClientForm",
    "DisputeForm",
    "DraftForm",
    "DueSet",
    "EndDisputeForm",
    "FirstTariffForm",
    "IssueForm",
    "ItemEditForm",
    "ItemForm",
    "LineForm",
    "LineSet",
    "LinedForm",
    "NewDraftForm",
    "PasserByFields",
    "PlainDraftForm",
    "RescheduleForm",
    "SitedForm",
    "TariffEndForm",
    "TariffForm",
    "TariffSearchForm",
    "VisitEditForm",
    "VisitForm",
    "VisitsForm",
    "typed_price",
    "typed_rate",
]
