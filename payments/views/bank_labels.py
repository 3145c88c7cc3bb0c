"""Labels: the words put on bank transactions, and which of them bear which."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from office.access import role
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from payments import services
from payments.forms.banking import LabelForm, LabelsForm
from payments.models import BankLabel
from payments.queries.banking import client_label, labels, with_counts
from payments.views.linking import line_of, proposed


@role(Role.ACCOUNTANT)
def bank_labels(request: HttpRequest) -> HttpResponse:
    found = with_counts(labels())
    context = {"free": found.filter(client=None), "own": found.filter(client__isnull=False)[:200]}
    return render(request, "payments/bank_labels.html", context)


@role(Role.ACCOUNTANT)
def bank_label_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, BankLabel())


@role(Role.ACCOUNTANT)
def bank_label_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(BankLabel, pk=pk, client=None))


def _edit(request: HttpRequest, label: BankLabel) -> HttpResponse:
    is_new = label.pk is None
    form = LabelForm(request.POST or None, instance=label)
    if form.is_valid():
        form.save()
        messages.success(request, f"Le label «\u00a0{form.instance.name}\u00a0» est enregistré.")
        return redirect("bank_labels")
    context = {"form": form, "label": None if is_new else label}
    return render(request, "payments/bank_label_form.html", context, status=form_status(form))


@role(Role.ACCOUNTANT)
@require_POST
def bank_label_remove(request: HttpRequest, pk: int) -> HttpResponse:
    label = get_object_or_404(BankLabel, pk=pk)
    try:
        services.remove_label(label)
    except SoldeError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Le label «\u00a0{label.name}\u00a0» est supprimé.")
    return redirect("bank_labels")


@role(Role.ACCOUNTANT)
def bank_line_labels(request: HttpRequest, pk: int) -> HttpResponse:
    """Ajouter un label: those of no client are ticked; a client's own leads to « Relier un client », which does so."""
    line = line_of(pk)
    chosen = [label for label in line.labels.all() if label.client_id is None]
    form = LabelsForm(request.POST or None, chosen=chosen)
    if form.is_valid():
        new = form.cleaned_data["new"]
        own = None if line.linked else client_label(new)
        services.set_labels(line, form.cleaned_data["labels"], new="" if own else new)
        if own and own.client:
            return redirect(f"{reverse('bank_link', args=[pk])}?{urlencode({'client': own.client.code})}")
        messages.success(request, "Les labels de l’opération sont enregistrés.")
        return redirect("bank_line", pk)
    context = {"form": form, "line": line} | ({} if line.linked else proposed(line, request))
    return render(request, "payments/bank_line_labels.html", context, status=form_status(form))
