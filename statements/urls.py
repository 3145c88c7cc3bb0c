from django.urls import path

from statements import views
from statements.exporting import views as exporting

urlpatterns = [
    path("aujourdhui/", views.today_page, name="today"),
    path("clients/<client:code>/", views.client_detail, name="client_detail"),
    path("clients/<client:code>/solde/", views.client_balance, name="client_balance"),
    path("clients/<client:code>/impayes/", views.client_unpaid, name="client_unpaid"),
    path("clients/<client:code>/avoir/", views.client_credits, name="client_credits"),
    path("exporter-mes-donnees/", exporting.data_export, name="data_export"),
    path("exporter-mes-donnees/<slug:name>/", exporting.data_export_file, name="data_export_file"),
    path("documents/<int:pk>/", views.document, name="document"),
]
