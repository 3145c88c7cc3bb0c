"""Modifier le paiement, before its till is closed: the form of a new one, filled in as the payment was typed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from clients.queries import alerts
from invoicing.queries import parties_here
from ledger.models import Operation
from office.access import role, user_of
from office.clock import today
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.queries import sites_for
from payments import services
from payments.forms import PaymentEditForm
from payments.models import Payment
from payments.views.acting import RELATED


@role(Role.FRONT_DESK)
def payment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    payment: Payment = get_object_or_404(Payment.objects.select_related(*RELATED), pk=pk, amount__gt=0)
    form = PaymentEditForm(
        request.POST or None,
        request.FILES or None,
        payment=payment,
        by=user_of(request),
        today=today(),
        sites=sites_for(payment.site),
        parties=parties_here(payment.client.account),
    )
    if form.is_valid() and request.POST.get("action", "save") == "save":
        op = form.operation(request)
        op.kind = Operation.Kind.EDIT_PAYMENT
        try:
            made = services.edit_payment(
                payment=payment,
                method=form.methods.methods()[0],
                common=form.common(),
                settles=form.rows.wanted(),
                uploads=form.cleaned_data["proofs"],
                op=op,
            )
        except SoldeError as error:
            form.refuse(error)
        else:
            messages.success(request, f"{payment} est modifié\u00a0: il devient {made}.")
            return redirect("document", made.document_id)
    total, sums = form.methods.total(), form.rows.sums()
    context = {
        "form": form,
        "payment": payment,
        "client": payment.client,
        "alerts": alerts(payment.client),
        "currency": payment.client.account.currency,
        "total": total,
        "sums": sums,
        "unused": total - sums.net,
        "missing": sums.net - total,
        "shown_only": request.POST.get("action", "save") != "save",
    }
    shown_only = bool(context["shown_only"])
    return render(request, "payments/payment_edit.html", context, status=200 if shown_only else form_status(form))
