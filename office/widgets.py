"""How the commonest fields of forms are written: as Django's own templates write them, without a template for each."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeData

FOLDER = "django/forms/widgets"


class QuickRenderer(TemplatesSetting):
    """Writes plain boxes and choices itself, and leaves all else to the templates."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        write = WRITERS.get(template_name)
        written = write(context["widget"]) if write else None
        return super().render(template_name, context, request) if written is None else written


def _input(widget: Mapping[str, Any]) -> str:
    value = widget["value"]
    told = "" if value is None else f' value="{_escaped(value)}"'
    return f'<input type="{_escaped(widget["type"])}" name="{_escaped(widget["name"])}"{told}{_attrs(widget)}>'


def _select(widget: Mapping[str, Any]) -> str | None:
    """None for what has groups or a label that isn't a plain text."""
    options = []
    for group, choices, _ in widget["optgroups"]:
        if group:
            return None
        for choice in choices:
            if not isinstance(choice["label"], str) or choice["template_name"] != f"{FOLDER}/select_option.html":
                return None
            label = conditional_escape(choice["label"])
            options.append(f'\n  <option value="{_escaped(choice["value"])}"{_attrs(choice)}>{label}</option>\n')
    return f'<select name="{_escaped(widget["name"])}"{_attrs(widget)}>{"".join(options)}\n</select>'


def _attrs(widget: Mapping[str, Any]) -> str:
    return "".join(
        [
            f" {conditional_escape(name)}" if value is True else f' {conditional_escape(name)}="{_escaped(value)}"'
            for name, value in widget["attrs"].items()
            if value is not False
        ]
    )


def _escaped(value: Any) -> str:
    return conditional_escape(value) if isinstance(value, SafeData) else escape(str(value))


WRITERS: dict[str, Callable[[Mapping[str, Any]], str | None]] = {
    **{f"{FOLDER}/{name}.html": _input for name in ("input", "text", "number", "email", "date", "hidden")},
    f"{FOLDER}/select.html": _select,
}
