from django.urls import path

from payments.views import sheet

urlpatterns = [
    path("clients/<client:code>/reglements/", sheet.client_payments, name="client_payments"),
    path("echeances/<int:pk>/modifier/", sheet.instalment_edit, name="instalment_edit"),
]
