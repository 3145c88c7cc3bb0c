from django.urls import path

from credits import views

urlpatterns = [
    path("clients/<client:code>/avoirs/", views.client_credit_notes, name="client_credit_notes"),
]
