"""The forms of the catalogue, visits and invoices."""

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

__all__ = [
    "CategoryForm",
    "FirstTariffForm",
    "ItemEditForm",
    "ItemForm",
    "TariffEndForm",
    "TariffForm",
    "TariffSearchForm",
    "typed_price",
    "typed_rate",
]
