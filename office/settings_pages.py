"""What all pages of Paramètres have in common: the way back, and the pages beside them."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from office.access import user_of
from office.menu import SETTINGS, sections
from office.templatetags.ui import Tab


def settings_page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page of Paramètres, with its section's name and the tabs of the pages beside it."""
    found = sections(SETTINGS, user_of(request), request.path)
    here = next((section for section in found if any(link.current for link in section.links)), None)
    tabs = [Tab(link.label, link.url, current=bool(link.current)) for link in here.links] if here else []
    shared = {"section": here, "section_tabs": tabs if len(tabs) > 1 else []}
    return render(request, template, {**shared, **(context or {})}, status=status)
