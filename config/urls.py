"""Where each app's pages hang."""

from django.urls import URLPattern, URLResolver, include, path

from clients.importing.subjects import ClientFiles, OpeningFiles
from invoicing.importing.subject import CatalogueFiles
from office.urls import import_urls

IMPORTED = (ClientFiles(), CatalogueFiles(), OpeningFiles())

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("office.urls")),
    path("", include(import_urls(IMPORTED))),
    path("", include("ledger.urls")),
    path("", include("clients.urls")),
    path("", include("invoicing.urls")),
    path("", include("credits.urls")),
    path("", include("payments.urls")),
    path("", include("statements.urls")),
]
