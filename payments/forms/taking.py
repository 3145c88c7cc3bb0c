"""Nouveau règlement: when, in which ways, what it settles, and what proves it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import HttpRequest

from clients.models import Client
from ledger.forms import PostingForm
from ledger.models import BankAccount, Operation, Party
from ledger.queries import open_banks
from office.amounts import ZERO, format_amount, format_plain
from office.errors import SoldeError
from office.filters import DAY
from office.forms import NO_SUCH_DAY, AmountField, digest_of
from office.models import Role, Site, User
from office.settings_forms import CHOICE
from payments.forms.rows import NUMBER, Rows, refuse_row
from payments.models import Payment, PaymentType
from payments.queries import active_types, settled_by, typed_today
from payments.services import BadUpload, Common, Method, Upload, check_upload

if TYPE_CHECKING:
    MethodFormSet = BaseFormSet["MethodForm"]
else:
    MethodFormSet = BaseFormSet

MOST_METHODS = 4
MOST_FILES = 10


class TypeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A way to pay: asked for wherever money moves, which the form's own `clean` knows."""

    def validate(self, value: Any) -> None:
        """Take none as well."""


class MethodForm(forms.Form):
    """A way in which a règlement is paid, and how much so."""

    type = TypeField(
        PaymentType.objects.none(),
        label="Type de règlement",
        empty_label="Choisissez",
        error_messages={"invalid_choice": CHOICE},
    )
    amount = AmountField(
        label="Montant",
        max_length=30,
        error_messages={"required": "Le montant manque\u00a0: pour une simple compensation, écrivez 0,00."},
        widget=forms.TextInput(attrs=NUMBER),
    )
    bank = forms.ModelChoiceField(
        BankAccount.objects.none(),
        label="Compte bancaire",
        required=False,
        empty_label="Non précisé",
        error_messages={"invalid_choice": CHOICE},
    )
    reference = forms.CharField(
        label="Référence", required=False, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, types: QuerySet[PaymentType], banks: QuerySet[BankAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = types  # type: ignore[attr-defined]
        self.fields["bank"].queryset = banks  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Whether anything is written: a way without amount or reference is a blank one."""
        return any((self[name].data or "").strip() for name in ("amount", "reference"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        amount, way = given.get("amount"), given.get("type")
        if amount and way is None and "type" not in self.errors:
            self.add_error("type", "Choisissez le type de règlement.")
        if amount and way is not None and way.needs_reference and not given.get("reference"):
            self.add_error("reference", f"Indiquez la référence\u00a0: {way.label.lower()}.")
        return given

    def method(self) -> Method:
        """What a valid form says."""
        given = self.cleaned_data
        way: PaymentType | None = given["type"] if given["amount"] else None
        bank = given["bank"] if way is not None and not way.is_cash else None
        return Method(given["amount"], way, bank, given["reference"].strip())


class MethodRows(MethodFormSet):
    """All ways in which a règlement is paid; the first is always asked for, whatever number a forged form says."""

    def total_form_count(self) -> int:
        return max(super().total_form_count(), 1)

    def add_fields(self, form: "MethodForm", index: int | None) -> None:
        super().add_fields(form, index)
        form.empty_permitted = bool(index)

    def written(self) -> list["MethodForm"]:
        """Those that say something, and the first."""
        return [form for rank, form in enumerate(self.forms) if not rank or form.has_changed()]

    def methods(self) -> list[Method]:
        """What a valid set says."""
        return [form.method() for form in self.written()]

    def cash(self) -> list[Method]:
        """Those in cash, of the ones that are right so far."""
        methods = [form.method() for form in self.written() if form.is_valid()]
        return [method for method in methods if method.type is not None and method.type.is_cash]

    def amounts(self) -> list[Decimal]:
        """The amounts, 0 for those that aren't written or aren't right."""
        if not self.is_bound:
            return [form.initial.get("amount_typed") or ZERO for form in self.forms]
        for form in self.forms:
            form.is_valid()  # which makes its cleaned data
        return [form.cleaned_data.get("amount") or ZERO for form in self.forms]

    def total(self) -> Decimal:
        """What the amounts that are right so far come to."""
        return sum(self.amounts(), ZERO)


MethodSet = cast(
    "type[MethodRows]",
    formset_factory(
        MethodForm,
        formset=MethodRows,
        extra=0,
        min_num=MOST_METHODS,
        max_num=MOST_METHODS,
        absolute_max=MOST_METHODS,
    ),
)


OneMethod = cast(
    "type[MethodRows]",
    formset_factory(MethodForm, formset=MethodRows, extra=0, min_num=1, max_num=1, absolute_max=1),
)


class SeveralFiles(forms.ClearableFileInput):
    """An input for any number of files."""

    allow_multiple_selected = True


class UploadsField(forms.FileField):
    """PDF, JPEG or PNG files, some or none."""

    widget = SeveralFiles(attrs={"accept": "application/pdf,image/jpeg,image/png", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:  # noqa: ARG002 - a new form has none
        files: Sequence[UploadedFile[Any]] = data if isinstance(data, list) else [data] if data else []
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"Au plus {MOST_FILES} fichiers à la fois.", "many")
        uploads = []
        for file in files:
            try:
                uploads.append(check_upload(file))
            except BadUpload as error:
                raise forms.ValidationError(error.message, "upload") from None
        return uploads


class PaymentForm(PostingForm):
    """A règlement of one client. by: who types it: money back needs an accountant. today: the day of the desk.

    parties: who may pay, on a walk-in's account. sites: those that may be chosen. banks, types: as well.
    """

    operation_kind = Operation.Kind.PAYMENT

    on = forms.DateField(label="Date de règlement", widget=DAY, error_messages=NO_SUCH_DAY)
    paid_on = forms.DateField(
        label="Date de paiement",
        required=False,
        widget=DAY,
        error_messages=NO_SUCH_DAY,
        help_text="Si l’argent arrive un autre jour\u00a0: chèque différé, traite.",
    )
    site = forms.ModelChoiceField(
        Site.objects.none(),
        label="Établissement",
        required=False,
        empty_label="Sans établissement",
        error_messages={"invalid_choice": CHOICE},
    )
    party = forms.ModelChoiceField(
        Party.objects.none(),
        label="Passager",
        required=False,
        empty_label="Celui des documents réglés",
        error_messages={"invalid_choice": CHOICE},
    )
    tendered = AmountField(label="Remis en espèces", max_length=30, required=False, widget=forms.TextInput(NUMBER))
    note = forms.CharField(label="Note", required=False, max_length=200)
    proofs = UploadsField(
        label="Pièces justificatives", required=False, help_text="PDF, JPEG ou PNG, 10\u00a0Mo chacune."
    )
    again = forms.BooleanField(label="Enregistrer quand même", required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        files: Any = None,
        *,
        client: Client,
        by: User,
        today: date,
        sites: QuerySet[Site],
        parties: QuerySet[Party],
        chosen: Iterable[int] = (),
        amount: Decimal | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.client, self.by, self.today = client, by, today
        self.rows = self._rows_of(data, chosen)
        self.methods = self._methods_of(data, amount)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        if client.account.walk_in:
            self.fields["party"].queryset = parties  # type: ignore[attr-defined]
        else:
            del self.fields["party"]
        self.asks_again = False

    def _rows_of(self, data: Mapping[str, Any] | None, chosen: Iterable[int]) -> Rows:
        return Rows(data, account=self.client.account, chosen=chosen)

    def _methods_of(self, data: Mapping[str, Any] | None, amount: Decimal | None) -> MethodRows:
        sums = self.rows.sums()
        asked = sums.net if amount is None else amount
        first = {"amount": format_plain(asked), "amount_typed": asked} if sums.debts or sums.credits or asked else None
        return MethodSet(
            data,
            prefix="m",
            initial=[first] if first else None,
            form_kwargs={"types": active_types(), "banks": open_banks()},
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.methods.is_valid():
            self.add_error(None, "Moyens de règlement\u00a0: corrigez ce qui est signalé.")
        if not self.rows.is_valid():
            for fault in self.rows.faults or ["Documents\u00a0: corrigez les montants signalés."]:
                self.add_error(None, fault)
        if not self.errors:
            self._check_methods(given)
        return given

    def _check_methods(self, given: Mapping[str, Any]) -> None:
        methods = self.methods.methods()
        if any(method.amount < 0 for method in methods) and not self.by.may(Role.ACCOUNTANT):
            self.methods.forms[0].add_error("amount", "Rendre de l’argent au client revient au comptable.")
            self.add_error(None, "Moyens de règlement\u00a0: corrigez ce qui est signalé.")
        if given.get("tendered") and self.change < 0:
            self.add_error("tendered", "C’est moins que ce qui est réglé en espèces.")
        same = [
            (method, before)
            for method in methods
            if method.amount > 0 and (before := self._typed_before(method.amount))
        ]
        if same and not given.get("again"):
            self.asks_again = True
            method, before = same[0]
            amount = format_amount(method.amount, self.client.account.currency)
            self.add_error(
                "again", f"Un règlement de {amount} est déjà saisi aujourd’hui pour ce client\u00a0: {before}."
            )

    def _typed_before(self, amount: Decimal) -> Payment | None:
        """Another payment of that amount; what this very form has made, sent again, is none."""
        found = typed_today(self.client, amount, today=self.today)
        return found.exclude(document__operation__key=self.cleaned_data.get("key")).first()

    @property
    def change(self) -> Decimal:
        """What is to give back of the cash that was handed over, as far as it is right; 0 if none was."""
        tendered = (getattr(self, "cleaned_data", {}) or {}).get("tendered")
        if not tendered:
            return ZERO
        valid = [form for form in self.methods.forms if form.is_valid() and form.cleaned_data.get("amount")]
        cash = [
            form.cleaned_data["amount"]
            for form in valid
            if form.cleaned_data["type"] and form.cleaned_data["type"].is_cash
        ]
        return cast("Decimal", tendered) - sum(cash, ZERO)

    def common(self) -> Common:
        """What a valid form says of all its payments."""
        given = self.cleaned_data
        return Common(given["on"], given["paid_on"], given.get("party"), given["site"], given["note"].strip())

    def digest(self) -> str:
        wanted = sorted((one.item, one.amount) for one in self.rows.wanted())
        methods = [form.cleaned_data for form in self.methods.written()]
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "proofs", "again")}
        files = [upload.sha256 for upload in self.cleaned_data["proofs"]]
        return digest_of({"form": given, "files": files, "methods": methods, "rows": [list(one) for one in wanted]})

    def operation(self, request: HttpRequest) -> Operation:
        """The operation of a valid form, of the kind that its money makes it."""
        op = super().operation(request)
        money = self.methods.total()
        op.kind = Operation.Kind.REFUND if money < 0 else Operation.Kind.PAYMENT if money else Operation.Kind.SET_OFF
        return op

    def refuse(self, error: SoldeError) -> None:
        """Tell a refusal beside what it is about."""
        if refuse_row(self.rows, error):
            self.add_error(None, "Documents\u00a0: corrigez les montants signalés.")
        elif error.field in ("type", "amount"):
            self.methods.forms[0].add_error(error.field, error.message)
            self.add_error(None, "Moyens de règlement\u00a0: corrigez ce qui est signalé.")
        else:
            names = {"day": "on"}
            field = names.get(error.field or "", error.field)
            self.add_error(field if field in self.fields else None, error.message)


class PaymentEditForm(PaymentForm):
    """A payment that is there, to be put right: what it settles is shown as open again."""

    operation_kind = Operation.Kind.EDIT_PAYMENT

    def __init__(self, data: Mapping[str, Any] | None, files: Any = None, *, payment: Payment, **kwargs: Any) -> None:
        self.payment = payment
        known = {
            "on": payment.document.day,
            "paid_on": payment.paid_on if payment.paid_on != payment.document.day else None,
            "site": payment.site,
            "party": payment.document.party,
            "note": payment.note,
        }
        super().__init__(data, files, client=payment.client, initial=known, **kwargs)

    def _rows_of(self, data: Mapping[str, Any] | None, chosen: Iterable[int]) -> Rows:  # noqa: ARG002
        return Rows(data, account=self.client.account, settled=settled_by(self.payment))

    def _methods_of(self, data: Mapping[str, Any] | None, amount: Decimal | None) -> MethodRows:  # noqa: ARG002
        paid = self.payment.amount.amount
        first = {
            "type": self.payment.type_id,
            "amount": format_plain(paid),
            "amount_typed": paid,
            "bank": self.payment.bank_id,
            "reference": self.payment.bank_reference,
        }
        types = PaymentType.objects.filter(Q(is_active=True) | Q(pk=self.payment.type_id)).order_by("position", "code")
        banks = BankAccount.objects.filter(Q(is_active=True) | Q(pk=self.payment.bank_id)).order_by("label", "pk")
        return OneMethod(data, prefix="m", initial=[first], form_kwargs={"types": types, "banks": banks})

    def _typed_before(self, amount: Decimal) -> Payment | None:
        found = typed_today(self.client, amount, today=self.today).exclude(pk=self.payment.pk)
        return found.exclude(document__operation__key=self.cleaned_data.get("key")).first()
