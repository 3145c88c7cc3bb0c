from django.urls import path

from invoicing.views import catalogue, categories, finding, printing, sheet, tariffs

urlpatterns = [
    path("clients/<client:code>/visites/", sheet.client_visits, name="client_visits"),
    path("clients/<client:code>/factures/", sheet.client_invoices, name="client_invoices"),
    path(
        "clients/<client:code>/factures/export/<slug:form>/",
        sheet.client_invoices_export,
        name="client_invoices_export",
    ),
    path("clients/<client:code>/a-facturer/", sheet.client_to_invoice, name="client_to_invoice"),
    path("visites/<int:pk>/", sheet.visit_detail, name="visit_detail"),
    path("factures/<int:pk>/facture.pdf", printing.invoice_pdf, name="invoice_pdf"),
    path("factures/<int:pk>/facturette.pdf", printing.invoice_slip, name="invoice_slip"),
    path("catalogue/", catalogue.item_list, name="item_list"),
    path("catalogue/export/<slug:form>/", catalogue.item_export, name="item_export"),
    path("catalogue/recherche/", finding.catalogue_search, name="catalogue_search"),
    path("catalogue/nouveau/", catalogue.item_create, name="item_create"),
    path("catalogue/<int:pk>/", catalogue.item_detail, name="item_detail"),
    path("catalogue/<int:pk>/modifier/", catalogue.item_edit, name="item_edit"),
    path("catalogue/<int:pk>/archiver/", catalogue.item_archive, name="item_archive"),
    path("catalogue/<int:pk>/reactiver/", catalogue.item_unarchive, name="item_unarchive"),
    path("catalogue/<int:pk>/tarifs/nouveau/", tariffs.tariff_create, name="tariff_create"),
    path("catalogue/tarifs/<int:pk>/modifier/", tariffs.tariff_edit, name="tariff_edit"),
    path("catalogue/tarifs/<int:pk>/nouveau-prix/", tariffs.tariff_follow, name="tariff_follow"),
    path("catalogue/tarifs/<int:pk>/terminer/", tariffs.tariff_end, name="tariff_end"),
    path("catalogue/categories/", categories.category_list, name="category_list"),
    path("catalogue/categories/nouvelle/", categories.category_create, name="category_create"),
    path("catalogue/categories/<int:pk>/", categories.category_edit, name="category_edit"),
]
