"""Fields are written as Django's templates write them."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe

from office.widgets import WRITERS, QuickRenderer

WIDGETS = [
    forms.TextInput(),
    forms.TextInput({"class": "a b", "data-x": "<&\"'>", "autofocus": True, "hidden": False, "size": 3, "max": None}),
    forms.TextInput({"data-safe": mark_safe("&amp;"), "data-<": "x"}),
    forms.NumberInput({"step": "any"}),
    forms.EmailInput(),
    forms.HiddenInput(),
    forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    forms.Select(choices=[("", "Tous"), ("a", "À « B » & <c>"), (3, mark_safe("<b>"))]),
    forms.Select({"id": "x", "required": True}, choices=[]),
    forms.Select(choices=[("Groupe", [("a", "A"), ("b", "B")])]),
    forms.Select(choices=[(1, 2.5), (2, date(2026, 3, 2))]),
    forms.CheckboxInput(),
    forms.Textarea(),
]


@pytest.mark.parametrize("value", [None, "", "a", "<\"'&>", mark_safe("<i>"), 3, 2.5, date(2026, 3, 2)])
@pytest.mark.parametrize("widget", WIDGETS)
def test_a_field_is_written_as_by_its_template(widget, value):
    quick, slow = (
        widget.render("n<", value, {"id": "i"}, renderer) for renderer in (QuickRenderer(), TemplatesSetting())
    )

    assert quick == slow


def test_what_is_written_quickly_is_what_those_widgets_use():
    assert {widget.template_name for widget in WIDGETS[:8]} <= set(WRITERS)
