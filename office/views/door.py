"""The door (login, logout, password) and the page that shows the components."""

from django.conf import settings
from django.contrib import auth, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from office import services
from office.access import public, role
from office.events import record
from office.forms import LoginForm, OwnPasswordForm, form_status
from office.gallery import SampleForm, gallery
from office.models import Event, Role
from office.visitors import address_of, is_locked_out, was_counted
from office.windows import window

TOO_MANY_REQUESTS = 429


@public
@sensitive_post_parameters("password")
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    onward = _onward(request)
    if request.user.is_authenticated:
        return redirect(onward)
    form = LoginForm(request, data=request.POST or None)
    if form.is_valid():
        auth.login(request, form.get_user())
        record(Event.Kind.LOGIN, {"adresse": address_of(request)}, user=form.get_user())
        return redirect(onward)
    if form.is_bound and was_counted(request):
        services.note_failed_login(form.data.get("username", ""), address_of(request), blocked=is_locked_out(request))
    status = TOO_MANY_REQUESTS if is_locked_out(request) else form_status(form)
    return render(request, "office/login.html", {"form": form, "next": onward}, status=status)


def locked_out(_: HttpRequest, response: HttpResponse, _credentials: object = None) -> HttpResponse:
    """What django-axes answers to a login that it refused: what the view answered, which says until when."""
    return response


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        record(Event.Kind.LOGOUT, user=request.user)
    auth.logout(request)
    messages.info(request, "Vous êtes déconnecté.")
    return redirect("login")


@role(Role.FRONT_DESK)
@sensitive_post_parameters()
@never_cache
def password_change(request: HttpRequest) -> HttpResponse:
    form = OwnPasswordForm(request.user, request.POST or None)
    if form.is_valid():
        auth.update_session_auth_hash(request, services.keep_own_password(form.save(commit=False)))
        return redirect("password_change_done")
    return render(request, "office/password_change.html", {"form": form}, status=form_status(form))


@role(Role.FRONT_DESK)
def password_change_done(request: HttpRequest) -> HttpResponse:
    return render(request, "office/password_change_done.html")


@role(Role.FRONT_DESK)
def home(_: HttpRequest) -> HttpResponse:
    return redirect("today")


@role(Role.FRONT_DESK)
def components(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    return render(request, "office/components.html", gallery())


@role(Role.FRONT_DESK)
def component_window(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    form = SampleForm(request.POST or None, request.FILES or None, auto_id="window_%s")
    if form.is_valid():
        messages.success(request, "La fenêtre a rendu une saisie complète.")
        return redirect("components")
    return window(
        request, "office/_component_window.html", {"form": form}, title="Composants", status=form_status(form)
    )


def _onward(request: HttpRequest) -> str:
    """Where the login leads: the page asked for, if it is one of ours."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else resolve_url(settings.LOGIN_REDIRECT_URL)
