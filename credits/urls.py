from django.urls import path

from credits.views import cancelling, drafts, lists, mailing, printing, settings, sheet

urlpatterns = [
    path("clients/<client:code>/avoirs/", sheet.client_credit_notes, name="client_credit_notes"),
    path("clients/<client:code>/avoirs/nouveau/", drafts.credit_note_create, name="credit_note_create"),
    path("avoirs/", lists.credit_note_list, name="credit_note_list"),
    path("avoirs/export/<slug:form>/", lists.credit_note_export, name="credit_note_export"),
    path("avoirs/<int:pk>/annuler/", cancelling.credit_note_cancel, name="credit_note_cancel"),
    path("avoirs/<int:pk>/", drafts.credit_note_detail, name="credit_note_detail"),
    path("avoirs/<int:pk>/modifier/", drafts.credit_note_edit, name="credit_note_edit"),
    path("avoirs/<int:pk>/valider/", drafts.credit_note_validate, name="credit_note_validate"),
    path("avoirs/<int:pk>/supprimer/", drafts.credit_note_delete, name="credit_note_delete"),
    path("avoirs/<int:pk>/envoyer/", mailing.credit_note_mail, name="credit_note_mail"),
    path("avoirs/<int:pk>/avoir.pdf", printing.credit_note_pdf, name="credit_note_pdf"),
    path("parametres/valeurs-par-defaut/fiche-client/", settings.client_defaults, name="settings_client_defaults"),
    path("factures/<int:pk>/avoir/", drafts.invoice_credit, name="invoice_credit"),
    path("factures/<int:pk>/avoir-montant/", drafts.invoice_credit_amount, name="invoice_credit_amount"),
    path("factures/<int:pk>/annuler/", cancelling.invoice_cancel, name="invoice_cancel"),
]
