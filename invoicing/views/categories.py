"""The headings of the catalogue."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from invoicing.forms import CategoryForm
from invoicing.models import Category
from invoicing.queries import categories
from office.access import role, user_of
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role
from office.services import save_setting


@role(Role.FRONT_DESK)
def category_list(request: HttpRequest) -> HttpResponse:
    context = {"categories": categories(), "may_change": user_of(request).may(Role.ADMINISTRATOR)}
    return render(request, "invoicing/category_list.html", context)


@role(Role.ADMINISTRATOR)
def category_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, Category(), "Nouvelle catégorie")


@role(Role.ADMINISTRATOR)
def category_edit(request: HttpRequest, pk: int) -> HttpResponse:
    category = get_object_or_404(Category, pk=pk)
    return _edit(request, category, category.name)


def _edit(request: HttpRequest, category: Category, title: str) -> HttpResponse:
    form = CategoryForm(request.POST or None, instance=category)
    if form.is_valid():
        about = f"Catégorie {category.name}"
        try:
            save_setting(category, fields=form.saved_fields, by=user_of(request), about=about)
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"La catégorie {category.name} est enregistrée.")
            return redirect("category_list")
    return render(request, "invoicing/category_form.html", {"form": form, "title": title}, status=form_status(form))
