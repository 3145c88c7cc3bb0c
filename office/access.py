"""Who may open which page: every view is marked with the role it needs, or as open to all."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from office.models import Role, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

MARK = "access"
OPEN = "open"


def role(needed: Role) -> Callable[[View[P]], View[P]]:
    """Let a view answer only users whose role covers `needed`.

    Whoever isn't logged in is sent to the login page and comes back to where they were; a role
    that is too low gets a 403.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(_place(request))
            if not request.user.may(needed):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        setattr(guarded, MARK, needed)
        return guarded

    return decorate


def user_of(request: HttpRequest) -> User:
    """Who is logged in, in a view with `@role`. Raises PermissionDenied in another."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def public(view: View[P]) -> View[P]:
    """Mark a view that answers everybody, logged in or not."""
    setattr(view, MARK, OPEN)
    return view


def is_marked(view: Callable[..., HttpResponseBase]) -> bool:
    """Whether somebody decided who may open this view."""
    return hasattr(view, MARK)


def _place(request: HttpRequest) -> str:
    """Where to come back to after the login: the page in the browser's bar, not a fragment of it."""
    return HtmxDetails(request).current_url_abs_path or request.get_full_path()
