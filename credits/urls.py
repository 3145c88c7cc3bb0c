from django.urls import path

from credits import views

urlpatterns = [
    path("clients/<client:code>/avoirs/", views.client_credit_notes, name="client_credit_notes"),
    path("avoirs/<int:pk>/avoir.pdf", views.credit_note_pdf, name="credit_note_pdf"),
]
