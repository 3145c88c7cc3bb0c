from django.urls import path

from payments.views import acting, editing, lists, sheet, taking, using

urlpatterns = [
    path("clients/<client:code>/reglements/", sheet.client_payments, name="client_payments"),
    path("clients/<client:code>/regler/", taking.debts_choose, name="debts_choose"),
    path("echeances/<int:pk>/modifier/", sheet.instalment_edit, name="instalment_edit"),
    path("reglements/", lists.payment_list, name="payment_list"),
    path("reglements/export/<slug:form>/", lists.payment_export, name="payment_export"),
    path("reglements/nouveau/", taking.payment_create, name="payment_create"),
    path("reglements/nouveau/apercu.pdf", taking.payment_preview, name="payment_preview"),
    path("reglements/<int:pk>/recu.pdf", acting.payment_receipt, name="payment_receipt"),
    path("reglements/<int:pk>/modifier/", editing.payment_edit, name="payment_edit"),
    path("reglements/<int:pk>/annuler/", acting.payment_cancel, name="payment_cancel"),
    path("reglements/<int:pk>/incident/", acting.incident_declare, name="incident_declare"),
    path("remboursements/<int:pk>/recu.pdf", acting.refund_receipt, name="refund_receipt"),
    path("remboursements/<int:pk>/annuler/", acting.refund_cancel, name="refund_cancel"),
    path("incidents/<int:pk>/annuler/", acting.incident_cancel, name="incident_cancel"),
    path("incidents/<int:pk>/representer/", acting.incident_represent, name="incident_represent"),
    path("incidents/<int:pk>/clore/", acting.incident_close, name="incident_close"),
    path("imputations/<int:pk>/detacher/", acting.allocation_detach, name="allocation_detach"),
    path("documents/<int:pk>/utiliser/", using.credit_use, name="credit_use"),
    path("documents/<int:pk>/rembourser/", using.credit_refund, name="credit_refund"),
    path("reservations/<int:pk>/lever/", using.reservation_release, name="reservation_release"),
    path("postes/<int:pk>/ecart/", using.write_off, name="write_off"),
    path("pieces-justificatives/<int:pk>/", acting.attachment, name="attachment"),
]
