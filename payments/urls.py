from django.urls import path

from payments import views

urlpatterns = [
    path("clients/<client:code>/reglements/", views.client_payments, name="client_payments"),
    path("echeances/<int:pk>/modifier/", views.instalment_edit, name="instalment_edit"),
]
