"""What an administrator does to the business, its settings and its users; each thing that changes is logged."""

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from axes.utils import reset as forget_failures
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Model
from psycopg.errors import UniqueViolation

from office import cipher
from office.errors import SoldeError
from office.events import changes, record
from office.models import Company, DatedSetting, Event, MailServer, Role, User

# Without the letters and digits that are taken for one another when a password is read out or copied from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class LastAdministrator(SoldeError):
    """Nobody would be left who can change the settings."""

    field = "role"

    def __init__(self) -> None:
        super().__init__("C’est le dernier administrateur actif\u00a0: nommez-en d’abord un autre.")


class OwnLogin(SoldeError):
    """What one doesn't do to oneself."""


class JustTaken(SoldeError):
    """Somebody else saved the same code or number at the same moment."""

    def __init__(self) -> None:
        super().__init__("Un autre utilisateur vient d’enregistrer le même code ou numéro\u00a0: vérifiez la liste.")


@transaction.atomic
def save_setting(row: Model, *, fields: Iterable[str], by: User, about: str) -> None:
    """Save some fields of a record of the settings, a new one or not, and log what they said before and say now.

    Nothing is logged when nothing changed; what other forms keep in the same row stays as it is.
    Raises JustTaken.
    """
    fields = list(fields)
    before = type(row)._default_manager.select_for_update(no_key=True, of=("self",)).filter(pk=row.pk).first()
    changed = changes(before, row, fields)
    try:
        with transaction.atomic():
            row.save(force_insert=before is None, update_fields=fields if before else None)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        raise JustTaken from None
    if changed:
        record(Event.Kind.SETTINGS, {"paramètre": about, "changes": changed}, user=by)


@transaction.atomic
def date_setting(name: str, value: Any, valid_from: date, *, by: User, about: str) -> None:
    """Say what a dated setting is from a day on, in place of what was said for that very day; what differs is logged.

    Documents issued already keep what they bear. Raises JustTaken.
    """
    row = DatedSetting.objects.select_for_update().filter(name=name, valid_from=valid_from).first()
    row = row or DatedSetting(name=name, valid_from=valid_from, value="")
    before, row.value = row.value, value
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        raise JustTaken from None
    if before != value:
        change = {"field": f"à partir du {valid_from:%d/%m/%Y}", "before": before, "after": value}
        record(Event.Kind.SETTINGS, {"paramètre": about, "changes": [change]}, user=by)


def change_logo(company: Company, png: bytes | None, *, by: User) -> None:
    """Keep a new logo, or none. The former file stays: documents that bear it were issued."""
    name = default_storage.save(f"{secrets.token_hex(16)}.png", ContentFile(png)) if png else ""
    company.logo = name
    save_setting(company, fields=["logo"], by=by, about="Logo")


def save_mail_server(server: MailServer, *, password: str, fields: Iterable[str], by: User) -> None:
    """Keep who sends the e-mails and how. password: a new one; empty keeps the former, while there is a user name."""
    if password or not server.username:
        server.password = cipher.encrypt(password)
    with transaction.atomic():
        save_setting(server, fields=[*fields], by=by, about="E-mails")
        MailServer.objects.filter(pk=server.pk).update(password=server.password)
        if password:
            record(Event.Kind.SETTINGS, {"paramètre": "E-mails", "mot de passe": "remplacé"}, user=by)


# Users


@transaction.atomic
def create_user(user: User, *, by: User) -> str:
    """Open a login. Answers its first password, which is told once and changed at the first login. Raises JustTaken."""
    password = _give_password(user)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        raise JustTaken from None
    detail = {"création": user.username, "rôle": user.get_role_display(), "établissement": str(user.site or "tous")}
    record(Event.Kind.USER, detail, user=by)
    return password


@transaction.atomic
def change_user(user: User, *, fields: Iterable[str], by: User) -> None:
    """Keep what a form changed of a login: its names, role, site. Raises LastAdministrator."""
    fields = list(fields)
    before = _locked(user)
    if before.role == Role.ADMINISTRATOR and user.role != Role.ADMINISTRATOR:
        _refuse_if_last(before)
    user.save(update_fields=fields)
    if changed := changes(before, user, fields):
        record(Event.Kind.USER, {"utilisateur": user.username, "changes": changed}, user=by)


@transaction.atomic
def deactivate(user: User, *, by: User) -> None:
    """Close a login: its sessions end at once, its name stays on what it did. Raises OwnLogin, LastAdministrator."""
    if user == by:
        raise OwnLogin("Vous ne pouvez pas désactiver votre propre compte.")
    before = _locked(user)
    _refuse_if_last(before)
    _set_active(before, active=False, by=by)


@transaction.atomic
def reactivate(user: User, *, by: User) -> None:
    """Open a closed login again, with the password it had."""
    _set_active(_locked(user), active=True, by=by)


@transaction.atomic
def reset_password(user: User, *, by: User) -> str:
    """Give a login another password, told once and changed at the next login; its sessions end, its failures too.

    Raises OwnLogin.
    """
    if user == by:
        raise OwnLogin("Pour changer votre propre mot de passe, passez par votre nom, en haut à droite.")
    password = _give_password(user)
    user.save(update_fields=["password", "must_change_password"])
    forget_failures(username=user.username)
    record(Event.Kind.USER, {"utilisateur": user.username, "action": "mot de passe réinitialisé"}, user=by)
    return password


@transaction.atomic
def keep_own_password(user: User) -> User:
    """Keep the password that a user chose."""
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(Event.Kind.USER, {"utilisateur": user.username, "action": "mot de passe changé par lui-même"}, user=user)
    return user


def note_failed_login(username: str, address: str | None, *, blocked: bool) -> None:
    """Log a refused login. A name that nobody has isn't written: it may be a password, typed a line too high."""
    user = User.objects.filter(username=username).first()
    detail = {"adresse": address} if user else {"adresse": address, "identifiant": "inconnu"}
    if blocked:
        detail["suite"] = "connexion suspendue"
    record(Event.Kind.LOGIN_FAILED, detail, user=user)


def _give_password(user: User) -> str:
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    user.set_password(password)
    user.must_change_password = True
    return password


def _set_active(user: User, *, active: bool, by: User) -> None:
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        action = "réactivé" if active else "désactivé"
        record(Event.Kind.USER, {"utilisateur": user.username, "action": action}, user=by)


def _locked(user: User) -> User:
    """The login as it is stored, locked together with all administrators: two can't remove each other at once."""
    administrators = User.objects.filter(role=Role.ADMINISTRATOR) | User.objects.filter(pk=user.pk)
    return {row.pk: row for row in administrators.order_by("pk").select_for_update(no_key=True)}[user.pk]


def _refuse_if_last(user: User) -> None:
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    if user.role == Role.ADMINISTRATOR and user.is_active and not others.exists():
        raise LastAdministrator
