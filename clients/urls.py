from django.urls import path

from clients.views import finding, lists, mails, opening, records, templates

urlpatterns = [
    path("clients/", lists.client_list, name="client_list"),
    path("clients/export/", lists.client_export, {"form": "csv"}, name="client_export_all"),
    path("clients/export/<slug:form>/", lists.client_export, name="client_export"),
    path("clients/recherche/", finding.client_search, name="client_search"),
    path("clients/nouveau/", records.client_create, name="client_create"),
    path("clients/<client:code>/coordonnees/", records.client_contacts, name="client_contacts"),
    path("clients/<client:code>/modifier/", records.client_edit, name="client_edit"),
    path("clients/<client:code>/archiver/", records.client_archive, name="client_archive"),
    path("clients/<client:code>/reactiver/", records.client_unarchive, name="client_unarchive"),
    path("clients/<client:code>/historique/", records.client_history, name="client_history"),
    path("clients/<client:code>/solde-a-nouveau/", opening.client_opening, name="client_opening"),
    path("clients/<client:code>/solde-a-nouveau/retirer/", opening.client_opening_remove, name="client_opening_remove"),
    path("e-mails/", mails.mail_list, name="mail_list"),
    path("e-mails/<int:pk>/", mails.mail_detail, name="mail_detail"),
    path("e-mails/<int:pk>/renvoyer/", mails.mail_resend, name="mail_resend"),
    path("e-mails/<int:pk>/envoye/", mails.mail_settle, name="mail_settle"),
    path("e-mails/<int:pk>/pieces/<int:file>/", mails.mail_file, name="mail_file"),
    path("parametres/e-mails/modeles/", templates.mail_templates, name="mail_templates"),
    path("parametres/e-mails/modeles/<slug:kind>/", templates.mail_template_edit, name="mail_template_edit"),
    path(
        "parametres/e-mails/modeles/<slug:kind>/retablir/",
        templates.mail_template_restore,
        name="mail_template_restore",
    ),
]
