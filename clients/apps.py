from django.apps import AppConfig
from django.urls import register_converter

from clients.codes import ClientCode


class ClientsConfig(AppConfig):
    name = "clients"
    verbose_name = "Clients"

    def ready(self) -> None:
        register_converter(ClientCode, "client")
