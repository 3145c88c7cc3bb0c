from django.urls import path

from clients.views import lists, records, sheet

urlpatterns = [
    path("clients/", lists.client_list, name="client_list"),
    path("clients/nouveau/", records.client_create, name="client_create"),
    path("clients/<client:code>/", sheet.client_detail, name="client_detail"),
]
