"""The rows of a client's form: contacts, addresses, animals, notes, each a form of a formset.

Without script a spare row stands under each kind; static/js/rows.js adds more.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory

from clients.models import EMAIL_REFUSED, Address, Animal, Client, Contact, Note
from clients.services import Row
from office.forms import NO_SUCH_DAY
from office.settings_forms import AnyModelForm, NumberField

if TYPE_CHECKING:
    RowFormSet = BaseFormSet["RowForm"]
else:
    RowFormSet = BaseFormSet

MOST_ROWS = 100


class RowForm(AnyModelForm):
    """One row. row: the key of the one that is changed; empty for a new one."""

    row = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ContactForm(RowForm):
    """Somebody to speak to."""

    class Meta:
        model = Contact
        fields = ["name", "function", "phone", "email"]
        widgets = {"phone": forms.TextInput(attrs={"type": "tel"})}
        error_messages = {"email": EMAIL_REFUSED}


class AddressForm(RowForm):
    """Where to send invoices, or where to deliver."""

    class Meta:
        model = Address
        fields = ["kind", "label", "street", "postcode", "city", "country"]
        help_texts = {"label": "Service, chantier, écurie…"}


class AnimalForm(RowForm):
    """An animal."""

    class Meta:
        model = Animal
        fields = ["name", "species", "breed", "sex", "born", "chip", "note", "is_deceased"]
        field_classes = {"chip": NumberField}
        widgets = {"born": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        error_messages = {"born": NO_SUCH_DAY}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = [("", "Non précisé"), *Animal.Sex.choices]  # type: ignore[attr-defined]


class NoteForm(RowForm):
    """What the desk should know."""

    class Meta:
        model = Note
        fields = ["text", "is_alert"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}
        labels = {"is_alert": "Alerte\u00a0: à montrer en tête de la fiche et sur chaque visite"}


class RowSet(RowFormSet):
    """All rows of one kind; `is_given` tells whether what was sent has any word on them."""

    kind: type[Row]
    title: str
    one: str

    def __init__(self, data: Mapping[str, Any] | None, client: Client, prefix: str) -> None:
        self.is_given = data is not None and f"{prefix}-TOTAL_FORMS" in data
        super().__init__(
            data if self.is_given else None, prefix=prefix, initial=[] if self.is_given else self._stored(client)
        )

    def _stored(self, client: Client) -> list[dict[str, Any]]:
        rows: Iterable[Row] = self.kind._default_manager.filter(client=client).order_by("pk") if client.pk else ()
        return [{"row": row.pk, **forms.model_to_dict(row, self.form._meta.fields)} for row in rows]

    @property
    def is_open(self) -> bool:
        """Whether there is anything to see."""
        return bool(self.initial_form_count()) or self.is_bound

    def rows(self) -> list[Row]:
        """What a valid set says: records, not saved; a changed one with its key."""
        found = []
        for form in self.forms if self.is_bound else []:
            if form not in self.deleted_forms and form.cleaned_data and form.has_changed():
                form.instance.pk = form.cleaned_data["row"]
                found.append(cast("Row", form.instance))
        return found

    def told(self) -> list[dict[str, Any]]:
        """What a valid set says, for the digest of its form."""
        return [form.cleaned_data for form in self.forms if form not in self.deleted_forms] if self.is_bound else []


def _row_set(form: type[RowForm], *, title: str, one: str) -> type[RowSet]:
    made = cast(
        "type[RowSet]",
        formset_factory(
            form,
            formset=RowSet,
            can_delete=True,
            can_delete_extra=False,
            max_num=MOST_ROWS,
            absolute_max=MOST_ROWS,
            validate_max=True,
        ),
    )
    made.kind, made.title, made.one = form._meta.model, title, one
    return made


ROW_SETS = {
    "contacts": _row_set(ContactForm, title="Contacts", one="Contact"),
    "addresses": _row_set(AddressForm, title="Autres adresses", one="Adresse"),
    "animals": _row_set(AnimalForm, title="Animaux", one="Animal"),
    "notes": _row_set(NoteForm, title="Notes", one="Note"),
}
