from django.urls import path

from invoicing.views import sheet

urlpatterns = [
    path("clients/<client:code>/visites/", sheet.client_visits, name="client_visits"),
    path("clients/<client:code>/factures/", sheet.client_invoices, name="client_invoices"),
    path(
        "clients/<client:code>/factures/export/<slug:form>/",
        sheet.client_invoices_export,
        name="client_invoices_export",
    ),
    path("clients/<client:code>/a-facturer/", sheet.client_to_invoice, name="client_to_invoice"),
    path("visites/<int:pk>/", sheet.visit_detail, name="visit_detail"),
]
