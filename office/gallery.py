"""What /composants/ shows: each component in every state, with made-up figures."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django import forms

from office.columns import column_filter, set_filters
from office.forms import DayForm, OperationForm
from office.templatetags.ui import Tab, day, money

CHOICES = [("card", "Carte"), ("cheque", "Chèque"), ("cash", "Espèces")]


class SampleForm(OperationForm):
    """One field of each kind."""

    name = forms.CharField(label="Nom", max_length=40, help_text="Comme il doit paraître sur les factures.")
    amount = forms.DecimalField(
        label="Montant", widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "0,00"})
    )
    on = forms.DateField(label="Date de règlement", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="Type de règlement", choices=[("", "Choisir"), *CHOICES])
    origin = forms.ChoiceField(label="Origine", choices=CHOICES, widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label="Pièce jointe", required=False)
    reference = forms.CharField(label="Référence", required=False, disabled=True, initial="FAC-2026-00402")
    receipt = forms.BooleanField(label="Envoyer un reçu par e-mail", required=False)

    def clean(self) -> dict[str, Any]:
        if self.errors:
            raise forms.ValidationError("Rien n’a été enregistré.")
        return self.cleaned_data


class SampleLine(forms.Form):
    """A line of a document, as the editor of lines has it."""

    label = forms.CharField(label="Désignation", widget=forms.Textarea(attrs={"rows": 1}), initial="Consultation")
    quantity = forms.CharField(label="Quantité", initial="2")
    unit_price = forms.CharField(label="Prix unitaire", initial="42,00")
    discount = forms.CharField(label="Remise %", required=False)
    vat_rate = forms.ChoiceField(label="TVA", choices=[("20", "20\u00a0%"), ("5.5", "5,5\u00a0%")])
    ORDER = forms.IntegerField(label="Rang", required=False)
    DELETE = forms.BooleanField(label="Retirer", required=False)

    amount = Decimal("84.00")


class SampleCreditLine(forms.Form):
    """A line of an invoice that a credit note credits."""

    quantity = forms.CharField(label="Quantité", required=False, initial="2")
    amount = forms.CharField(label="Montant TTC", required=False, initial="84,00")
    DELETE = forms.BooleanField(label="Retirer", required=False)

    of = {"label": "Consultation", "creditable_quantity": Decimal(2), "creditable": Decimal("84.00")}


class SampleAlert:
    """What an indicator has to be read with."""

    name = "sample"
    text = "1 incident est partiellement régularisé\u00a0: ce qui en a été réglé est déduit de ce montant."
    incidents = (("INC-000012", "?"),)


def _indicator(label: str, amount: str, state: str = "neutral", hint: str = "", alert: Any = None) -> dict[str, Any]:
    return {"label": label, "amount": money(Decimal(amount)), "state": state, "hint": hint, "alert": alert}


class FilterForm(forms.Form):
    """A line of filters."""

    since = forms.DateField(label="Du", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Au", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="Type de règlement", required=False, choices=[("", "Tous"), *CHOICES])


class SampleTable(tables.Table):  # type: ignore[misc]  # django-tables2 has no types
    """A dense list with a sorted column, amounts, a late row, filters in its headings and a foot."""

    is_dense = True

    code = tables.Column("Code", attrs={"td": {"class": "table__code"}})
    party = tables.Column("Tiers", attrs={"td": {"class": "table__party"}})
    due = tables.Column("Échéance", attrs={"td": {"class": "table__day"}})
    status = tables.TemplateColumn(
        "{% load ui %}{% status_badge record.status %}", verbose_name="Statut", orderable=False
    )
    left = tables.Column(
        "Reste dû",
        footer=lambda table: money(sum((row["left"] for row in table.data), Decimal())),
        attrs={name: {"class": "table__amount"} for name in ("th", "td", "tf")},
    )

    class Meta:
        row_attrs = {"class": lambda record: "table__row--late" if record["status"] == "overdue" else ""}

    def render_due(self, value: Any) -> str:
        return day(value)

    def render_left(self, value: Decimal) -> str:
        return money(value)


def gallery() -> dict[str, Any]:
    """The context of the page."""
    return {
        "amounts": [Decimal("-1234.56"), Decimal("0.00"), Decimal("20.00"), Decimal("1234567.89")],
        "indicators": [
            _indicator("Montant à payer", "95.00", "owed"),
            _indicator("Montant à utiliser", "31.00", "credit"),
            _indicator("Incidents", "15.00", "owed", "1 en cours", SampleAlert()),
            _indicator("Montant en retard", "0.00"),
        ],
        "statuses": ["creditor", "overdue", "pending", "up_to_date"],
        "tones": ["owed", "credit", "late", "accent", "neutral"],
        "tabs": [
            Tab("Financier", "?", current=True),
            Tab("Visites", "?visites", 3),
            Tab("Factures", "?factures", 12),
            Tab("Avoirs", "?avoirs", 0),
            Tab("Règlements", "?reglements", 1),
            Tab("Coordonnées", "?coordonnees"),
            Tab("Compté ensuite", "?ensuite", name="later", is_counted_later=True),
        ],
        "table": _table(),
        "filters": FilterForm(auto_id="filter_%s"),
        "form": SampleForm(),
        "lines": [SampleLine(prefix="lines-0"), SampleLine({}, prefix="lines-1")],
        "numbered": SampleLine(prefix="lines-2"),
        "credit_line": SampleCreditLine(prefix="credit-0"),
        "as_of": DayForm({"on": "2026-01-31"}, today=date(2026, 11, 25), auto_id="as_of_%s"),
        "refused": SampleForm(
            {"name": "Haras des Ormes", "amount": "douze", "kind": "card", "origin": "card"}, auto_id="refused_%s"
        ),
    }


def _table() -> SampleTable:
    rows = [
        {"code": "C-0112", "party": "Haras des Ormes", "due": "2026-10-31", "status": "overdue", "left": "1240.00"},
        {"code": "C-0203", "party": "M. Paul Girard", "due": "2026-11-30", "status": "pending", "left": "86.00"},
        {"code": "C-0031", "party": "SCEA Bellevue", "due": "2026-10-15", "status": "up_to_date", "left": "0.00"},
        {"code": "C-0207", "party": "Mme Claire Delmas", "due": "2026-12-14", "status": "creditor", "left": "0.00"},
    ]
    data = [row | {"due": date.fromisoformat(row["due"]), "left": Decimal(row["left"])} for row in rows]
    table = SampleTable(data, order_by="code")
    heads = FilterForm({"kind": "card"})
    names = {"due": ("since", "until"), "status": ("kind",)}
    set_filters(table, {name: column_filter(heads, fields, kept="?sort=code") for name, fields in names.items()})
    table.paginate(page=1, per_page=3)
    return table
