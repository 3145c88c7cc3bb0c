from django.urls import path

from payments import views

urlpatterns = [
    path("clients/<client:code>/reglements/", views.client_payments, name="client_payments"),
]
