"""Reads of the business, its settings, its users and its event log."""

from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from office.asking import Question, records
from office.legal import PREFIX
from office.models import Company, DatedSetting, Event, Export, MailServer, Site, User


def company() -> Company:
    """The business; one without a name as long as nobody named it."""
    return business().now()


def business() -> Question[Company]:
    """What `company` asks, to be asked together with other questions."""
    return records(Company, "WHERE id = 1", []).then(lambda found: found[0] if found else Company(pk=1))


def shown_balances() -> frozenset[str]:
    """Which of a client's figures the sheet shows, by their names in the balance.

    Names: "balance", "unpaid", "to_invoice", "credit"; the last one always. Lists, reports and the tab
    Financier aren't concerned.
    """
    return shown_by(company())


def shown_by(business: Company) -> frozenset[str]:
    """The same, as the business has it already."""
    shown = {
        "balance": business.shows_balance,
        "unpaid": business.shows_unpaid,
        "to_invoice": business.shows_to_invoice,
        "credit": True,
    }
    return frozenset(name for name, wanted in shown.items() if wanted)


def sites_for(chosen: Site | None = None) -> QuerySet[Site]:
    """The open sites by name, and the one that is chosen already."""
    return Site.objects.filter(Q(is_active=True) | Q(pk=chosen.pk if chosen else 0)).order_by("name", "pk")


def mail_server() -> MailServer:
    """Who sends the e-mails, and how; one with the usual port as long as nobody said it."""
    return MailServer.objects.filter(pk=1).first() or MailServer(pk=1)


def setting(name: str, on: date, default: Any = None) -> Any:
    """The value of a dated setting on a day: that of the newest row in force, or the default."""
    rows = DatedSetting.objects.filter(name=name, valid_from__lte=on).order_by("-valid_from")
    newest = rows.values_list("value", flat=True).first()
    return default if newest is None else newest


def legal_texts(on: date) -> dict[str, str]:
    """The legal texts in force on a day by their keys (office/legal.py), those that say something."""
    rows = DatedSetting.objects.filter(name__startswith=PREFIX, valid_from__lte=on)
    newest = rows.order_by("name", "-valid_from").distinct("name").values_list("name", "value")
    return {name.removeprefix(PREFIX): value for name, value in newest if value}


def dated_values(name: str) -> QuerySet[DatedSetting]:
    """What a dated setting says from which day on, the newest first."""
    return DatedSetting.objects.filter(name=name).order_by("-valid_from")


def exports(subject: str, *, since: datetime) -> QuerySet[Export]:
    """What was asked for of a subject since a moment, newest first; what is under way first."""
    found = Export.objects.filter(Q(ended_at=None) | Q(ended_at__gte=since), subject=subject)
    return found.select_related("asked_by").order_by(F("ended_at").desc(nulls_first=True), "-pk")


def prints_of(user: User, *, since: datetime) -> QuerySet[Export]:
    """The long reports that a user had printed since a moment, newest first; what is under way first."""
    found = Export.objects.filter(Q(ended_at=None) | Q(ended_at__gte=since), asked_by=user).exclude(title="")
    return found.order_by(F("ended_at").desc(nulls_first=True), "-pk")


def users() -> QuerySet[User]:
    """All logins, those that are closed last."""
    return User.objects.select_related("site").order_by("-is_active", "last_name", "first_name", "username")


def events() -> QuerySet[Event]:
    """The event log, newest first."""
    return Event.objects.select_related("user").order_by("-at", "-id")
