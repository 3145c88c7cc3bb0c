"""The tariffs of an item: a new one, a corrected one, another price from a day on, the end; and their search."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from invoicing import services
from invoicing.forms import TariffEndForm, TariffForm
from invoicing.models import Item, Tariff
from invoicing.queries import rates_on
from office.access import role, user_of
from office.amounts import cents
from office.clock import today
from office.editing import ChangedMeanwhile, VersionedForm
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.queries import company


@role(Role.ADMINISTRATOR)
def tariff_create(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Item, pk=pk)
    tariff = Tariff(item=item, includes_vat=company().prices_include_vat, valid_from=today())
    form = TariffForm(request.POST or None, instance=tariff, rates=rates_on(today()))
    return _answer(request, form, item, _save(form, request), title="Nouveau tarif")


@role(Role.ADMINISTRATOR)
def tariff_edit(request: HttpRequest, pk: int) -> HttpResponse:
    tariff = _tariff(pk)
    form = TariffForm(request.POST or None, instance=tariff, rates=rates_on(today()))
    return _answer(request, form, tariff.item, _save(form, request), title="Modifier le tarif", note=True)


@role(Role.ADMINISTRATOR)
def tariff_follow(request: HttpRequest, pk: int) -> HttpResponse:
    former, includes_vat = _tariff(pk), company().prices_include_vat
    following = Tariff(
        item=former.item,
        name=former.name,
        price=cents(services.price_of(former, prices_include_vat=includes_vat)),
        vat_rate=former.vat_rate,
        includes_vat=includes_vat,
        valid_from=today(),
        valid_to=former.valid_to,
    )
    form = TariffForm(request.POST or None, instance=following, rates=rates_on(today()))

    def act() -> None:
        version = form.cleaned_data["version"]
        services.follow_tariff(former, form.instance, version=version, by=user_of(request))

    return _answer(request, form, former.item, act, title="Nouveau prix", former=former)


@role(Role.ADMINISTRATOR)
def tariff_end(request: HttpRequest, pk: int) -> HttpResponse:
    tariff = _tariff(pk)
    form = TariffEndForm(request.POST or None, tariff=tariff, today=today())

    def act() -> None:
        tariff.valid_to = form.cleaned_data["valid_to"]
        services.save_tariff(tariff, version=form.cleaned_data["version"], by=user_of(request))

    return _answer(request, form, tariff.item, act, title="Terminer le tarif", former=_tariff(pk))


def _tariff(pk: int) -> Tariff:
    return get_object_or_404(Tariff.objects.select_related("item"), pk=pk)


def _save(form: TariffForm, request: HttpRequest) -> Callable[[], object]:
    return lambda: services.save_tariff(form.instance, version=form.cleaned_data["version"], by=user_of(request))


def _answer(
    request: HttpRequest, form: VersionedForm, item: Item, act: Callable[[], object], *, title: str, **context: Any
) -> HttpResponse:
    """Do what a valid form asks for, or show the form."""
    if form.is_valid():
        try:
            act()
        except ChangedMeanwhile as told:
            form.catch_up(told)
        except SoldeError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "Le tarif est enregistré.")
            return redirect("item_detail", item.pk)
    context |= {"form": form, "item": item, "title": title, "back": reverse("item_detail", args=[item.pk])}
    return render(request, "invoicing/tariff_form.html", context, status=form_status(form))
