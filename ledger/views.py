"""Paramètres > Comptabilité, and the banks of the business."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from ledger import queries
from ledger.models import BankAccount, GeneralAccount, Journal
from ledger.services import LockMovesForward, lock_books, save_bank
from ledger.settings_forms import AccountForm, BankForm, JournalForm, LockForm, NewJournalForm
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.services import save_setting
from office.settings_forms import SettingsForm
from office.settings_pages import settings_page


@role(Role.ACCOUNTANT)
def account_list(request: HttpRequest) -> HttpResponse:
    return settings_page(request, "ledger/account_list.html", {"accounts": queries.chart()})


@role(Role.ADMINISTRATOR)
def account_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, AccountForm(request.POST or None), "Nouveau compte", "account_list")


@role(Role.ADMINISTRATOR)
def account_edit(request: HttpRequest, code: str) -> HttpResponse:
    account = get_object_or_404(GeneralAccount, code=code)
    return _edit(request, AccountForm(request.POST or None, instance=account), f"Compte {code}", "account_list")


@role(Role.ACCOUNTANT)
def journal_list(request: HttpRequest) -> HttpResponse:
    return settings_page(request, "ledger/journal_list.html", {"journals": queries.journals()})


@role(Role.ADMINISTRATOR)
def journal_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, NewJournalForm(request.POST or None), "Nouveau journal", "journal_list")


@role(Role.ADMINISTRATOR)
def journal_edit(request: HttpRequest, code: str) -> HttpResponse:
    journal = get_object_or_404(Journal, code=code)
    return _edit(request, JournalForm(request.POST or None, instance=journal), f"Journal {code}", "journal_list")


@role(Role.ADMINISTRATOR)
def bank_list(request: HttpRequest) -> HttpResponse:
    return settings_page(request, "ledger/bank_list.html", {"banks": queries.banks()})


@role(Role.ADMINISTRATOR)
def bank_create(request: HttpRequest) -> HttpResponse:
    return _edit_bank(request, BankAccount(), "Nouveau compte bancaire")


@role(Role.ADMINISTRATOR)
def bank_edit(request: HttpRequest, pk: int) -> HttpResponse:
    bank = get_object_or_404(BankAccount, pk=pk)
    return _edit_bank(request, bank, bank.label)


@role(Role.ACCOUNTANT)
def lock_detail(request: HttpRequest) -> HttpResponse:
    locked = queries.books_locked_through()
    form = LockForm(locked=locked, today=today()) if user_of(request).may(Role.ADMINISTRATOR) else None
    return settings_page(request, "ledger/lock.html", {"locked": locked, "form": form})


@role(Role.ADMINISTRATOR)
@require_POST
def lock_change(request: HttpRequest) -> HttpResponse:
    """Asked once, it says what it locks; confirmed, it does."""
    locked = queries.books_locked_through()
    form = LockForm(request.POST, locked=locked, today=today())
    context = {"locked": locked, "form": form}
    if not form.is_valid():
        return settings_page(request, "ledger/lock.html", context, status=form_status(form))
    through = form.cleaned_data["through"]
    if "confirmed" not in request.POST:
        entries = queries.entries_until(through, after=locked)
        return settings_page(request, "ledger/lock_confirm.html", {**context, "through": through, "entries": entries})
    try:
        lock_books(through, by=user_of(request))
    except LockMovesForward as error:
        form.add_error(error.field, error.message)
        return settings_page(request, "ledger/lock.html", context, status=form_status(form))
    messages.success(request, f"La comptabilité est verrouillée jusqu’au {through:%d/%m/%Y}.")
    return redirect("lock_detail")


def _edit(request: HttpRequest, form: SettingsForm, title: str, back: str) -> HttpResponse:
    if form.is_valid():
        row = form.instance
        try:
            save_setting(row, fields=form.saved_fields, by=user_of(request), about=f"{row._meta.verbose_name} {row.pk}")
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"«\u00a0{row}\u00a0» est enregistré.")
            return redirect(back)
    context = {"form": form, "title": title, "back": back}
    return settings_page(request, "ledger/setting_form.html", context, status=form_status(form))


def _edit_bank(request: HttpRequest, bank: BankAccount, title: str) -> HttpResponse:
    form = BankForm(request.POST or None, instance=bank)
    if form.is_valid():
        try:
            save_bank(bank, fields=form.saved_fields, by=user_of(request))
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"Le compte bancaire {bank.label} est enregistré.")
            return redirect("bank_list")
    return settings_page(request, "ledger/bank_form.html", {"form": form, "title": title}, status=form_status(form))
