from django.urls import path

from invoicing import views

urlpatterns = [
    path("clients/<client:code>/visites/", views.client_visits, name="client_visits"),
    path("clients/<client:code>/factures/", views.client_invoices, name="client_invoices"),
    path("clients/<client:code>/a-facturer/", views.client_to_invoice, name="client_to_invoice"),
    path("visites/<int:pk>/", views.visit_detail, name="visit_detail"),
]
