from django.urls import path

from invoicing import views

urlpatterns = [
    path("clients/<client:code>/a-facturer/", views.client_to_invoice, name="client_to_invoice"),
    path("visites/<int:pk>/", views.visit_detail, name="visit_detail"),
]
