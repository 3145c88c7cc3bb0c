from django.urls import path

from credits.views import cancelling, printing, sheet

urlpatterns = [
    path("clients/<client:code>/avoirs/", sheet.client_credit_notes, name="client_credit_notes"),
    path("avoirs/<int:pk>/avoir.pdf", printing.credit_note_pdf, name="credit_note_pdf"),
    path("factures/<int:pk>/annuler/", cancelling.invoice_cancel, name="invoice_cancel"),
]
