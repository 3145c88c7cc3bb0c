"""The catalogue: its list and what is filtered of it as a file, and the page of an item."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from invoicing import services
from invoicing.filters import ItemFilter
from invoicing.forms import FirstTariffForm, ItemEditForm, ItemForm
from invoicing.models import Item, Tariff
from invoicing.queries import catalogue, exported, item_history, priced, rates_on
from invoicing.tables import ItemTable, TariffTable
from office.access import role, user_of
from office.clock import today
from office.editing import ChangedMeanwhile
from office.errors import SoldeError
from office.exports import Cell, csv_response, xlsx_response
from office.forms import form_status
from office.models import Role
from office.queries import company
from office.tables import ROWS, ordered, paged

FORMATS = {"csv": csv_response, "xlsx": xlsx_response}
HEADINGS = (
    *("Code", "Article", "Type", "Nature de l’opération", "Compte de produit", "Catégorie", "Archivé"),
    *("Nom du tarif", "Prix", "TTC ou HT", "Taux de TVA", "Valable du", "Jusqu’au"),
)


@role(Role.FRONT_DESK)
def item_list(request: HttpRequest) -> HttpResponse:
    filters = ItemFilter(request.GET, catalogue(today=today()))
    table = paged(ItemTable(filters.qs, currency=company().currency), request)
    context = {"filters": filters, "table": table, "query": request.GET.urlencode()}
    return render(request, "invoicing/item_list.html", context, status=form_status(filters.form))


@role(Role.FRONT_DESK)
def item_export(request: HttpRequest, form: str) -> HttpResponseBase:
    filters = ItemFilter(request.GET, catalogue(today=today()))
    if form not in FORMATS or not filters.is_valid():
        raise Http404
    table = ordered(ItemTable(filters.qs, currency=""), request.GET)
    keys = list(table.data.data.values_list("pk", flat=True))
    return FORMATS[form](f"catalogue-{today():%Y-%m-%d}", HEADINGS, _rows(keys))


@role(Role.FRONT_DESK)
def item_detail(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Item.objects.select_related("account", "category"), pk=pk)
    may_change = user_of(request).may(Role.ADMINISTRATOR)
    changes = Paginator(item_history(item), ROWS).get_page(request.GET.get("page"))
    context = {
        "item": item,
        "may_change": may_change,
        "table": TariffTable(priced(item, today()), currency=company().currency, may_change=may_change),
        "changes": changes,
    }
    return render(request, "invoicing/item_detail.html", context)


@role(Role.ADMINISTRATOR)
def item_create(request: HttpRequest) -> HttpResponse:
    form = ItemForm(request.POST or None)
    tariff = Tariff(includes_vat=company().prices_include_vat, valid_from=today())
    first = FirstTariffForm(request.POST or None, tariff=tariff, rates=rates_on(today()))
    if form.is_valid() and first.is_valid():
        try:
            item = services.create_item(form.item(), first.tariffs(), by=user_of(request))
        except SoldeError as error:
            told = form if error.field in form.fields else first
            told.add_error(error.field, error.message)
        else:
            messages.success(request, f"L’article {item.name} est au catalogue, sous le code {item.code}.")
            return redirect("item_detail", item.pk)
    refused = max(form_status(form), form_status(first))
    return render(request, "invoicing/item_create.html", {"form": form, "first": first}, status=refused)


@role(Role.ADMINISTRATOR)
def item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(Item, pk=pk)
    form = ItemEditForm(request.POST or None, instance=get_object_or_404(Item, pk=pk))
    if form.is_valid():
        try:
            version, by = form.cleaned_data["version"], user_of(request)
            changed = services.change_item(edited=form.instance, version=version, by=by)
        except ChangedMeanwhile as told:
            form.catch_up(told)
        else:
            messages.success(request, "L’article est enregistré." if changed else "Rien n’était à changer.")
            return redirect("item_detail", pk)
    context = {"form": form, "item": item, "back": reverse("item_detail", args=[pk])}
    return render(request, "invoicing/item_edit.html", context, status=form_status(form))


@role(Role.ADMINISTRATOR)
@require_POST
def item_archive(request: HttpRequest, pk: int) -> HttpResponse:
    return _set_archived(request, pk, archived=True, done="archivé\u00a0: il ne se choisit plus")


@role(Role.ADMINISTRATOR)
@require_POST
def item_unarchive(request: HttpRequest, pk: int) -> HttpResponse:
    return _set_archived(request, pk, archived=False, done="de nouveau au catalogue")


def _set_archived(request: HttpRequest, pk: int, *, archived: bool, done: str) -> HttpResponse:
    item = get_object_or_404(Item, pk=pk)
    services.archive_item(item, archived=archived, by=user_of(request))
    messages.success(request, f"L’article {item.name} est {done}.")
    return redirect("item_detail", pk)


def _rows(keys: list[int]) -> Iterator[list[Cell]]:
    """An item's tariffs, a row each; an item without one has a row too."""
    for item, tariff in exported(keys):
        known = [item.code, item.name, item.get_kind_display(), item.get_nature_display(), item.account_id]
        known += [item.category.name if item.category else "", "oui" if item.is_archived else "non"]
        if tariff is None:
            yield [*known, "", None, "", None, None, None]
        else:
            yield [*known, tariff.name, tariff.price, tariff.basis, tariff.vat_rate, tariff.valid_from, tariff.valid_to]
