from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, path

from office.importing.subjects import Subject
from office.views import door, events, importing, legal, mail, settings, sites, users

urlpatterns = [
    path("", door.home, name="home"),
    path("connexion/", door.login, name="login"),
    path("deconnexion/", door.logout, name="logout"),
    path("mot-de-passe/", door.password_change, name="password_change"),
    path("mot-de-passe/change/", door.password_change_done, name="password_change_done"),
    path("logo/", settings.company_logo, name="company_logo"),
    path("journal/", events.event_list, name="event_list"),
    path("journal/verifier/", events.events_check, name="events_check"),
    path("parametres/", settings.settings, name="settings"),
    path("parametres/etablissement/", settings.settings_company, name="settings_company"),
    path("parametres/etablissement/logo/", settings.logo_change, name="logo_change"),
    path("parametres/etablissement/logo/retirer/", settings.logo_remove, name="logo_remove"),
    path("parametres/etablissements/", sites.site_list, name="site_list"),
    path("parametres/etablissements/nouveau/", sites.site_create, name="site_create"),
    path("parametres/etablissements/<int:pk>/", sites.site_edit, name="site_edit"),
    path("parametres/textes-legaux/", legal.legal_list, name="legal_list"),
    path("parametres/textes-legaux/<slug:key>/", legal.legal_edit, name="legal_edit"),
    path("parametres/generaux/clients/", settings.settings_clients, name="settings_clients"),
    path("parametres/generaux/securite/", settings.settings_security, name="settings_security"),
    path("parametres/e-mails/", mail.settings_mail, name="settings_mail"),
    path("parametres/e-mails/essai/", mail.mail_test, name="mail_test"),
    path("parametres/utilisateurs/", users.user_list, name="user_list"),
    path("parametres/utilisateurs/nouveau/", users.user_create, name="user_create"),
    path("parametres/utilisateurs/<int:pk>/", users.user_edit, name="user_edit"),
    path("parametres/utilisateurs/<int:pk>/desactiver/", users.user_deactivate, name="user_deactivate"),
    path("parametres/utilisateurs/<int:pk>/reactiver/", users.user_reactivate, name="user_reactivate"),
    path("parametres/utilisateurs/<int:pk>/mot-de-passe/", users.user_password, name="user_password"),
    path("composants/", door.components, name="components"),
    path("composants/fenetre/", door.component_window, name="component_window"),
]


def import_urls(subjects: Iterable[Subject[Any]]) -> list[URLPattern]:
    """The pages of Paramètres > Importer, for files about these subjects."""
    about = {"subjects": {subject.name: subject for subject in subjects}}
    return [
        path("parametres/importer/", importing.import_start, about, name="import_start"),
        path("parametres/importer/<slug:subject>/<slug:name>/", importing.import_match, about, name="import_match"),
        path(
            "parametres/importer/<slug:subject>/<slug:name>/refus/",
            importing.import_faults,
            about,
            name="import_faults",
        ),
    ]
