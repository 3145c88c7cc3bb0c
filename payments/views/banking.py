"""Banque: the list of transactions, one by hand, and the files of the bank, seen before they are taken."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ledger.models import BankAccount
from ledger.queries import open_banks
from office.access import role
from office.clock import today
from office.dates import DateOrder
from office.errors import SoldeError
from office.exports import FORMATS, Cell
from office.forms import form_status
from office.grids import Fault, FileRefused
from office.importing import drop
from office.models import Role
from office.tables import ordered, paged
from payments import services
from payments.banking import BankFile, csv_file, read_statement
from payments.filters import BankFilter
from payments.forms.banking import ColumnsForm, StatementFileForm, StatementForm, TransactionForm
from payments.models import BankTransaction
from payments.queries.banking import bank_named, checked, columns_of, flows, transactions
from payments.tables import BankTable

SHOWN = 200
HEADINGS = (
    *("Compte bancaire", "Date", "Date de valeur", "Libellé", "Complément", "Tiers", "Référence"),
    *("Montant", "Devise", "Labels", "Reliée à", "Client"),
)


@role(Role.ACCOUNTANT)
def bank_lines(request: HttpRequest) -> HttpResponse:
    filters = BankFilter(request.GET, transactions())
    context = {
        "filters": filters,
        "table": paged(BankTable(filters.qs), request),
        "flows": flows(filters.qs),
        "query": request.GET.urlencode(),
    }
    return render(request, "payments/bank_lines.html", context, status=form_status(filters.form))


@role(Role.ACCOUNTANT)
def bank_export(request: HttpRequest, form: str) -> HttpResponseBase:
    filters = BankFilter(request.GET, transactions())
    if form not in FORMATS or not filters.is_valid():
        raise Http404
    table = ordered(BankTable(filters.qs), request.GET)
    return FORMATS[form](f"banque-{today():%Y-%m-%d}", HEADINGS, _rows(table.data.data))


def _rows(lines: Any) -> Iterator[list[Cell]]:
    for line in lines.iterator(chunk_size=500):
        documents = [link.document for link in line.linked]
        clients = dict.fromkeys(
            f"{one.account.client.code} {one.account.client.listed_name}" for one in documents if one.account
        )
        yield [
            *(line.bank.label, line.day, line.value_day, line.label, line.detail, line.party, line.reference),
            *(line.amount, line.currency, ", ".join(label.name for label in line.labels.all())),
            *(", ".join(document.reference for document in documents), ", ".join(clients)),
        ]


@role(Role.ACCOUNTANT)
def bank_line_create(request: HttpRequest) -> HttpResponse:
    form = TransactionForm(request.POST or None, today=today())
    if form.is_valid():
        try:
            line = services.add_transaction(**form.said(), op=form.operation(request))
        except SoldeError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "L’opération est enregistrée.")
            return redirect("bank_line", line.pk)
    return render(request, "payments/bank_line_form.html", {"form": form}, status=form_status(form))


@role(Role.ACCOUNTANT)
@require_POST
def bank_line_remove(request: HttpRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(BankTransaction, pk=pk)
    try:
        services.remove_transaction(line)
    except SoldeError as error:
        messages.error(request, error.message)
        return redirect("bank_line", pk)
    messages.success(request, "L’opération saisie à la main est supprimée.")
    return redirect("bank_lines")


# Files of the bank


@dataclass(slots=True)
class _Read:
    """A file that waits, as it was read. banks: the account of each statement, by its name in the file."""

    content: bytes
    file: BankFile
    banks: dict[str, BankAccount] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


@role(Role.ACCOUNTANT)
def bank_import(request: HttpRequest) -> HttpResponse:
    form = StatementFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        content, name = form.cleaned_data["file"], form.called
        try:
            if read_statement(content) is None:
                csv_file.table_of(content)
        except FileRefused as error:
            form.add_error("file", error.faults[0].reason)
        else:
            return redirect(_address("bank_import_check", drop.put(content), name))
    return render(request, "payments/bank_import.html", {"form": form}, status=form_status(form))


@role(Role.ACCOUNTANT)
def bank_import_columns(request: HttpRequest, name: str) -> HttpResponse:
    """What the columns of a CSV file say: asked once, and kept by its headings."""
    table = csv_file.table_of(_waiting(name))
    kept = columns_of(table.key)
    form = ColumnsForm(request.POST or None, table=table, known=kept.places if kept else None)
    if form.is_valid():
        columns = form.columns()
        services.keep_columns(table.key, columns.places, columns.order.name)
        return redirect(_address("bank_import_check", name, request.GET.get("nom", "")))
    context = {"form": form, "rows": form.rows()}
    return render(request, "payments/bank_import_columns.html", context, status=form_status(form))


@role(Role.ACCOUNTANT)
def bank_import_check(request: HttpRequest, name: str) -> HttpResponse:
    """A file as it would be taken: what is new, known, alike, and whether it ties; then it is booked."""
    content, called = _waiting(name), request.GET.get("nom", "")
    if (read := _read(content)) is None:
        return redirect(_address("bank_import_columns", name, called))
    faults = [*read.file.faults, *_strange(read.unknown)]
    if faults:
        context = {"faults": sorted(faults, key=lambda fault: fault.line)[:SHOWN], "file": read.file, "called": called}
        context["columns"] = _address("bank_import_columns", name, called) if read.file.kind == csv_file.KIND else ""
        return render(request, "payments/bank_import_faults.html", context, status=422 if request.POST else 200)
    form, accounts = _statement_form(request.POST or None, read)
    seen = accounts[0].bank.pk if len(accounts) == 1 else 0
    if form.is_valid() and request.POST.get("seen", str(seen)) != str(seen):
        messages.info(
            request, "Voici ce que le fichier ajouterait à ce compte\u00a0: importez-le si c’est bien celui-ci."
        )
    elif form.is_valid():
        try:
            source = services.import_statement(
                file=read.file,
                banks=_banks(read, form.cleaned_data.get("bank")),
                name=called or "relevé",
                sha256=hashlib.sha256(content).hexdigest(),
                skip_typed=form.skips_typed,
                op=form.operation(request),
            )
        except SoldeError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _said(source.added, source.known))
            return redirect(f"{reverse('bank_lines')}?state=open")
    context = {
        "form": form,
        "file": read.file,
        "called": called,
        "accounts": accounts,
        "seen": seen,
        "new": sum(len(account.new) for account in accounts),
        "shown": SHOWN,
        "columns": _address("bank_import_columns", name, called) if read.file.kind == csv_file.KIND else "",
    }
    return render(request, "payments/bank_import_check.html", context, status=form_status(form))


def _statement_form(data: Mapping[str, Any] | None, read: _Read) -> tuple[StatementForm, list[Any]]:
    """The form under a file, with what the file would add to the account that is chosen."""
    unknown = read.unknown[0] if read.unknown else None
    odd = bool(read.file.notices) or any(one.ties is False for one in read.file.statements)

    def form_of(typed: int) -> StatementForm:
        return StatementForm(data, unknown=unknown, odd=odd, typed=typed)

    first = form_of(0)
    chosen = None
    if unknown is not None:
        key = first["bank"].value()
        chosen = open_banks().filter(pk=key).first() if str(key or "").isdecimal() else None
    banks = _banks(read, chosen)
    accounts = checked(read.file, banks) if len(banks) == len({one.account for one in read.file.statements}) else []
    return form_of(sum(account.typed for account in accounts)), accounts


def _banks(read: _Read, chosen: BankAccount | None) -> dict[str, BankAccount]:
    """The account of each statement, by its name in the file."""
    return read.banks | (dict.fromkeys(read.unknown, chosen) if chosen else {})


def _read(content: bytes) -> _Read | None:
    """What a file says; None for a CSV file whose columns weren't told yet."""
    file = read_statement(content)
    if file is None:
        table = csv_file.table_of(content)
        kept = columns_of(table.key)
        if kept is None:
            return None
        file = csv_file.read(table, csv_file.Columns(kept.places, DateOrder[kept.order]))
    read, banks = _Read(content, file), list(open_banks())
    for statement in file.statements:
        if (bank := bank_named(statement.account, banks)) is not None:
            read.banks[statement.account] = bank
        elif statement.account not in read.unknown:
            read.unknown.append(statement.account)
    return read


def _strange(unknown: list[str]) -> list[Fault]:
    """Why a file of several accounts, of which some aren't the business's, can't be taken."""
    if len(unknown) < 2:
        return []
    return [
        Fault(1, f"Le compte {account or 'sans numéro'} n’est pas parmi vos comptes bancaires.") for account in unknown
    ]


def _waiting(name: str) -> bytes:
    if (content := drop.waiting(name)) is None:
        raise Http404("Ce fichier n’attend plus.")
    return content


def _address(view: str, name: str, called: str) -> str:
    return f"{reverse(view, args=[name])}?{urlencode({'nom': called[-120:]})}"


def _said(added: int, known: int) -> str:
    said = f"{added} opération{'s' if added > 1 else ''} ajoutée{'s' if added > 1 else ''}"
    return f"{said}, {known} déjà connue{'s' if known > 1 else ''}." if known else f"{said}."
