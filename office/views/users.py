"""Paramètres > Utilisateurs: the logins."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from office import services
from office.access import role, user_of
from office.errors import SoldeError
from office.forms import form_status
from office.models import Role, User
from office.queries import users
from office.settings_forms import NewUserForm, UserForm
from office.settings_pages import settings_page


@role(Role.ADMINISTRATOR)
def user_list(request: HttpRequest) -> HttpResponse:
    return settings_page(request, "office/user_list.html", {"users": users()})


@role(Role.ADMINISTRATOR)
@never_cache
def user_create(request: HttpRequest) -> HttpResponse:
    form = NewUserForm(request.POST or None)
    if form.is_valid():
        try:
            password = services.create_user(form.instance, by=user_of(request))
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            return _password_page(request, form.instance, password)
    return settings_page(request, "office/user_create.html", {"form": form}, status=form_status(form))


@role(Role.ADMINISTRATOR)
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = UserForm(request.POST or None, instance=user)
    if form.is_valid():
        try:
            services.change_user(user, fields=form.saved_fields, by=user_of(request))
        except SoldeError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"Le compte {user.username} est enregistré.")
            return redirect("user_list")
    context = {"form": form, "edited": get_object_or_404(User, pk=pk)}
    return settings_page(request, "office/user_edit.html", context, status=form_status(form))


@role(Role.ADMINISTRATOR)
@require_POST
def user_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    try:
        services.deactivate(user, by=user_of(request))
    except SoldeError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"Le compte {user.username} est désactivé\u00a0: ses sessions sont fermées.")
    return redirect("user_edit", pk)


@role(Role.ADMINISTRATOR)
@require_POST
def user_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    services.reactivate(user, by=user_of(request))
    messages.success(request, f"Le compte {user.username} est réactivé, avec le mot de passe qu’il avait.")
    return redirect("user_edit", pk)


@role(Role.ADMINISTRATOR)
@never_cache
@require_POST
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    try:
        password = services.reset_password(user, by=user_of(request))
    except SoldeError as error:
        messages.error(request, error.message)
        return redirect("user_edit", pk)
    return _password_page(request, user, password)


def _password_page(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """The one page that ever shows a password: it is neither stored in clear nor passed on."""
    return settings_page(request, "office/user_password.html", {"edited": user, "password": password})
