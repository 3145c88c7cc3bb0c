from django.urls import path

from statements.exporting import views as exporting
from statements.views import ageing, desk, dues, extract, outstanding, sales, sheet

urlpatterns = [
    path("aujourdhui/", sheet.today_page, name="today"),
    path("clients/<client:code>/", sheet.client_detail, name="client_detail"),
    path("clients/<client:code>/solde/", sheet.client_balance, name="client_balance"),
    path("clients/<client:code>/impayes/", sheet.client_unpaid, name="client_unpaid"),
    path("clients/<client:code>/avoir/", sheet.client_credits, name="client_credits"),
    path("clients/<client:code>/extrait/", extract.client_extract, name="client_extract"),
    path("clients/<client:code>/extrait/pdf/", extract.client_extract_pdf, name="client_extract_pdf"),
    path("clients/<client:code>/extrait/<slug:form>/", extract.client_extract_export, name="client_extract_export"),
    path("etats/balance-agee/", ageing.aged_balance_page, name="aged_balance"),
    path("etats/balance-agee/export/<slug:form>/", ageing.aged_balance_export, name="aged_balance_export"),
    path("parametres/comptabilite/balance-agee/", ageing.settings_ageing, name="settings_ageing"),
    path("etats/encours/", outstanding.outstanding, name="outstanding"),
    path("etats/encours/export/<slug:form>/", outstanding.outstanding_export, name="outstanding_export"),
    path("etats/passagers/", desk.walk_ins, name="walk_ins"),
    path("etats/passagers/export/<slug:form>/", desk.walk_ins_export, name="walk_ins_export"),
    path("etats/encaissements-a-venir/", desk.expected_page, name="expected"),
    path("etats/encaissements-a-venir/export/<slug:form>/", desk.expected_export, name="expected_export"),
    path("etats/tva-encaissements/", sales.collected_vat, name="collected_vat"),
    path("etats/tva-encaissements/export/<slug:form>/", sales.collected_vat_export, name="collected_vat_export"),
    path("etats/ventes/", sales.sales_journal, name="sales_journal"),
    path("etats/ventes/export/<slug:form>/", sales.sales_journal_export, name="sales_journal_export"),
    path("etats/echeancier/", dues.due_list, name="due_list"),
    path("etats/echeancier/clients/", dues.due_clients, name="due_clients"),
    path("etats/echeancier/colonnes/", dues.due_columns, name="due_columns"),
    path("etats/echeancier/export/<slug:form>/", dues.due_export, name="due_export"),
    path("etats/echeancier/<int:pk>/<slug:name>/", dues.due_edit, name="due_edit"),
    path("etats/extrait/", extract.extract_choose, name="extract_choose"),
    path("etats/extrait/clients/", extract.extract_search, name="extract_search"),
    path("exporter-mes-donnees/", exporting.data_export, name="data_export"),
    path("exporter-mes-donnees/<slug:name>/", exporting.data_export_file, name="data_export_file"),
    path("documents/<int:pk>/", sheet.document, name="document"),
]
