"""La balance âgée, and the classes of days that it is told in."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.services import date_setting
from office.settings_pages import settings_page
from statements.asked import AGED, aged_order
from statements.forms import AgedForm, AgeingForm
from statements.paper import aged_chart, aged_scope, tie
from statements.queries import AGEING, age_labels, aged_balance, ageing_limits
from statements.reports import ASKED_FOR
from statements.views.tabular import table_export

ROWS = 50


@role(Role.ACCOUNTANT)
def aged_balance_page(request: HttpRequest) -> HttpResponse:
    form = AgedForm(request.GET, today=today())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= _shown(request, form)
    return render(request, "statements/aged_balance.html", context, status=form_status(form))


def _shown(request: HttpRequest, form: AgedForm) -> dict[str, Any]:
    day, limits = form.on or today(), ageing_limits(form.on or today())
    order = aged_order(request.GET, limits)
    wanted = request.GET.get("page", "")
    number = max(int(wanted[:9]), 1) if wanted.isdecimal() else 1
    rows, totals = _rows(form, limits, order, number)
    paginator = Paginator(range(sum(total.count for total in totals)), ROWS)
    page = paginator.get_page(number)
    if page.number != number:
        rows, totals = _rows(form, limits, order, page.number)
    query = form.address(sort=order)
    labels = [*age_labels(limits), "Total"]
    names = ["not_due", *(f"late_{rank}" for rank in range(len(limits) + 1)), "credits", "total"]
    heads = [("name", "Client"), *zip(names, labels, strict=True)]
    return {
        "day": day,
        "scope": aged_scope(day, form.where),
        "heads": [
            {
                "label": label,
                "is_amount": name != "name",
                "url": form.address(sort=f"-{name}" if order == name else name),
                "sorted": {name: "ascending", f"-{name}": "descending"}.get(order, ""),
            }
            for name, label in heads
        ],
        "rows": [
            {"client": row.client, "cells": list(zip(labels, [*row.ages.cells, row.ages.total], strict=True))}
            for row in rows
        ],
        "totals": [
            {
                "currency": total.currency,
                "count": total.count,
                "cells": list(zip(labels, [*total.ages.cells, total.ages.total], strict=True)),
                "says": tie(total),
                "gap": total.gap,
                "ties": total.ledger is not None,
                "chart": mark_safe(aged_chart(total, limits, day)),  # noqa: S308 - made of our own words and figures
            }
            for total in totals
        ],
        "page": page,
        "is_elsewhere": bool(wanted) and wanted != str(page.number),
        **{name: f"{reverse('aged_balance_export', args=[name])}{query}" for name in ASKED_FOR},
    }


def _rows(form: AgedForm, limits: Sequence[int], order: str, number: int) -> tuple[Any, Any]:
    rows = slice((number - 1) * ROWS, number * ROWS)
    return aged_balance(today=today(), on=form.on, where=form.where, limits=limits, order=order, rows=rows)


@role(Role.ACCOUNTANT)
def aged_balance_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, AGED, form)


@role(Role.ADMINISTRATOR)
def settings_ageing(request: HttpRequest) -> HttpResponse:
    names = AgeingForm.NAMES
    initial = dict(zip(names, ageing_limits(today()), strict=True))
    form = AgeingForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            date_setting(AGEING, form.limits(), today(), by=user_of(request), about="Balance âgée")
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Les tranches de la balance âgée sont enregistrées.")
            return redirect("settings_ageing")
    return settings_page(request, "statements/settings_ageing.html", {"form": form}, status=form_status(form))
