"""Clôture de caisse: what should be in a till, what is counted, what goes in and out, and the Z that follows."""

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from ledger.queries import entries_of, till_day, tills_closed_through
from ledger.services import AlreadySubmitted
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.events import record
from office.forms import form_status
from office.models import Event, Role, Site, User
from office.pdf import pdf_response
from office.queries import company, sites_for
from payments import services
from payments.acts import till_code
from payments.forms import CashMoveForm, ClosingForm, PeriodForm, ThroughForm
from payments.models import CashClosing, CashMove
from payments.queries import Till, cash_moves, closings, last_closing, late_periods, open_tills, till_documents

SHOWN = 40


@role(Role.FRONT_DESK)
def till_list(request: HttpRequest) -> HttpResponse:
    """The tills that the user may close, what is late, and the closings that were made."""
    user, day = user_of(request), today()
    sites = tills_of(user)
    taken = {till.key: till for till in open_tills(today=day)}
    closed = tills_closed_through()
    own = None if user.may(Role.ACCOUNTANT) else user.site
    found = closings(own)[:SHOWN]
    context = {
        "tills": [_till(site, taken, closed) for site in sites],
        "closings": found,
        "late": late_periods(sites, today=day),
        "today": day,
        "form": PeriodForm(),
        "currency": company().currency,
    }
    return render(request, "payments/till_list.html", context)


@role(Role.FRONT_DESK)
def till_close(request: HttpRequest, site: str) -> HttpResponse:
    till, day = _site(request, site), today()
    choice = ThroughForm(request.GET or None, today=day, initial={"through": day})
    through = choice.cleaned_data["through"] if choice.is_valid() else day
    told = services.expected(till, through)
    is_first = last_closing(till) is None
    form = ClosingForm(request.POST or None, told=told, is_first=is_first)
    previewed = request.POST.get("action") == "preview"
    if form.is_valid() and not previewed:
        try:
            closing = services.close_till(
                site=till, through=through, counted=form.counted(), op=form.operation(request)
            )
        except AlreadySubmitted as error:  # what it counted is closed: its expectations have changed, and its digest
            return redirect("closing_detail", error.first.result_id)
        except SoldeError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"La caisse est clôturée jusqu’au {through:%d/%m/%Y}\u00a0: {closing}.")
            return redirect("closing_detail", closing.pk)
    counted = form.counted() if form.is_bound and "cash" not in form.errors else None
    opening = counted.opening if counted and is_first else told.opening
    should = opening + told.cash_in + told.moved
    context = {
        "till": till,
        "site": site,
        "told": told,
        "opening": opening,
        "should": should,
        "counted": counted.cash if counted else None,
        "difference": counted.cash - should if counted else None,
        "choice": choice,
        "through": through,
        "form": form,
        "documents": till_documents(till, told.since, through, currency=company().currency),
        "moves": cash_moves(till, told.since, through),
        "currency": company().currency,
    }
    status = 200 if previewed else max(form_status(form), form_status(choice))
    return render(request, "payments/till_close.html", context, status=status)


@role(Role.FRONT_DESK)
def cash_move(request: HttpRequest, site: str) -> HttpResponse:
    till = _site(request, site)
    known = {"on": till_day(till, today=today()), "kind": CashMove.Kind.TO_BANK}
    form = CashMoveForm(request.POST or None, initial=known)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = services.move_cash(
                kind=CashMove.Kind(given["kind"]),
                amount=given["amount"],
                on=given["on"],
                site=till,
                bank=given["bank"],
                reason=given["reason"].strip(),
                op=form.operation(request),
            )
        except SoldeError as error:
            field = "on" if error.field == "day" else error.field
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, f"{made.get_kind_display()} enregistré, {made}.")
            return redirect("till_list")
    context = {"form": form, "till": till}
    return render(request, "payments/cash_move.html", context, status=form_status(form))


@role(Role.FRONT_DESK)
def period_close(request: HttpRequest, site: str, period: str, first: str) -> HttpResponse:
    """Close a month or a year, all of whose days are closed."""
    till, day = _site(request, site), today()
    wanted = [one for one in late_periods([till], today=day) if (one.period, one.first.isoformat()) == (period, first)]
    if not wanted:
        raise Http404
    form = PeriodForm(request.POST or None)
    if form.is_valid():
        try:
            closing = services.close_period(
                period=CashClosing.Period(period),
                site=till,
                first=wanted[0].first,
                last=wanted[0].last,
                op=form.operation(request),
            )
        except SoldeError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{wanted[0]} est clôturé\u00a0: {closing}.")
            return redirect("closing_detail", closing.pk)
    context = {
        "form": form,
        "till": till,
        "late": wanted[0],
        "told": services.expected(till, wanted[0].last, since=wanted[0].first),
        "currency": company().currency,
    }
    return render(request, "payments/period_close.html", context, status=form_status(form))


@role(Role.FRONT_DESK)
def closing_detail(request: HttpRequest, pk: int) -> HttpResponse:
    closing = _closing(request, pk)
    moves = list(cash_moves(closing.site, closing.since, closing.through))
    context: dict[str, object] = {
        "closing": closing,
        "documents": till_documents(closing.site, closing.since, closing.through, currency=company().currency),
        "moves": moves,
        "currency": company().currency,
    }
    if closing.period == CashClosing.Period.DAY and user_of(request).may(Role.ACCOUNTANT):
        posted = [move.document for move in moves] + ([closing.entry.document] if closing.entry else [])
        context["entries"] = entries_of(*posted)
    return render(request, "payments/closing_detail.html", context)


@role(Role.FRONT_DESK)
def closing_report(request: HttpRequest, pk: int) -> HttpResponse:
    closing = _closing(request, pk)
    return pdf_response(*services.print_closing(closing, by=user_of(request), at=timezone.now()))


@role(Role.ACCOUNTANT)
def closings_check(request: HttpRequest) -> HttpResponse:
    """Verify the chain of closings, their proofs, and their totals against the ledger."""
    faults = services.check_closings()
    record(Event.Kind.VERIFICATION, {"action": "clôtures", "fautes": len(faults)}, user=user_of(request))
    return render(request, "payments/closings_check.html", {"faults": faults, "count": CashClosing.objects.count()})


def tills_of(user: User) -> list[Site | None]:
    """The tills that a user may close: at the front desk, the own site's alone, if there is one."""
    if user.site and not user.may(Role.ACCOUNTANT):
        return [user.site]
    return [*sites_for(), None]


def _site(request: HttpRequest, code: str) -> Site | None:
    """The site of a till in the address. Raises Http404 for none that the user may close."""
    for site in tills_of(user_of(request)):
        if code == till_code(site):
            return site
    raise Http404


def _closing(request: HttpRequest, pk: int) -> CashClosing:
    closing: CashClosing = get_object_or_404(closings(), pk=pk)
    if closing.site not in tills_of(user_of(request)):
        raise Http404
    return closing


def _till(site: Site | None, taken: Mapping[int | None, Till], closed: Mapping[int | None, date]) -> dict[str, object]:
    key = site.pk if site else None
    code = till_code(site)
    return {
        "site": site,
        "through": closed.get(key),
        "taken": taken.get(key),
        "close_url": reverse("till_close", args=[code]),
        "move_url": reverse("cash_move", args=[code]),
    }
