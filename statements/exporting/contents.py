"""The files of the archive, in the order in which one reads them: clients, catalogue, documents, payments, ledger."""

from datetime import date

from clients.models import Address, Animal, Channel, Client, Contact, Note, Title, VatRegime
from clients.queries import with_figures
from clients.terms import Terms
from credits.models import CreditNote, CreditNoteLine
from invoicing.models import Instalment, Invoice, InvoiceLine, Visit, VisitLine
from ledger.balance import STATUSES
from ledger.models import Allocation, Document, Entry, GeneralAccount, Journal, Kind, Line, OpenItem, Party
from office.countries import country_name
from payments.models import Incident, Payment, Refund
from statements.exporting.catalogue import catalogue_files
from statements.exporting.files import Column, DataFile, moment, number, one_of, yes_no

PRICED = (
    Column("Rang", "position"),
    Column("Désignation", "label"),
    Column("Quantité", "quantity", number),
    Column("Prix unitaire", "unit_price", number),
    Column("Remise %", "discount", number),
    Column("TVA %", "vat_rate", number),
    Column("Compte", "account"),
)
TAXED = (Column("HT", "ht"), Column("TVA", "vat"), Column("TTC", "ttc"))
CLIENT = Column("Code client", "client__code")
PARTY, SITE = Column("Passager", "party__name"), Column("Établissement", "site__name")
MOVEMENT = (
    Column("Référence", "document__reference"),
    CLIENT,
    Column("Passager", "document__party__name"),
    SITE,
    Column("Date", "document__day"),
    Column("Date de paiement", "paid_on"),
    Column("Moyen", "type__label"),
    Column("Montant", "amount"),
    Column("Devise", "amount_currency"),
    Column("Référence bancaire", "bank_reference"),
    Column("Note", "note"),
    Column("Annulé le", "cancelled_by__day"),
)


def data_files(*, today: date) -> list[DataFile]:
    """All files of an archive made on a day."""
    return [*_clients(today), *catalogue_files(), *_sales(), *_money(), *_ledger()]


def _clients(today: date) -> list[DataFile]:
    place = (Column("Adresse", "street"), Column("Code postal", "postcode"), Column("Ville", "city"))
    country = Column("Pays", "country", country_name)
    figures = with_figures(Client.objects.order_by("pk"), today=today)
    return [
        DataFile(
            "clients",
            figures,
            (
                Column("Code client", "code"),
                Column("Nature", "nature", one_of(Client.Nature.choices)),
                Column("Civilité", "title", one_of(Title.choices)),
                Column("Prénom", "given_name"),
                Column("Nom", "name"),
                Column("Adresse e-mail", "email"),
                Column("Téléphone", "phone"),
                *place,
                country,
                Column("SIREN", "siren"),
                Column("SIRET", "siret"),
                Column("Numéro de TVA", "vat_number"),
                Column("Régime de TVA", "vat_regime", one_of(VatRegime.choices)),
                Column("IBAN", "iban"),
                Column("BIC", "bic"),
                Column("Conditions de règlement", "terms", one_of(Terms.choices)),
                Column("Adresse de facturation électronique", "e_address"),
                Column("Envoi des documents", "channel", one_of(Channel.choices)),
                SITE,
                Column("Passagers", "account__walk_in", yes_no),
                Column("Archivé", "is_archived", yes_no),
                Column("Facturé", "invoiced"),
                Column("Encaissé", "collected"),
                Column("Encours", "outstanding"),
                Column("Solde", "balance"),
                Column("Devise", "account__currency"),
                Column("Statut", "status", one_of(STATUSES)),
            ),
        ),
        DataFile(
            "contacts",
            Contact.objects.order_by("pk"),
            (
                CLIENT,
                Column("Nom", "name"),
                Column("Fonction", "function"),
                Column("Téléphone", "phone"),
                Column("Adresse e-mail", "email"),
            ),
        ),
        DataFile(
            "adresses",
            Address.objects.order_by("pk"),
            (
                CLIENT,
                Column("Usage", "kind", one_of(Address.Kind.choices)),
                Column("Intitulé", "label"),
                *place,
                country,
            ),
        ),
        DataFile(
            "animaux",
            Animal.objects.order_by("pk"),
            (
                CLIENT,
                Column("Nom", "name"),
                Column("Espèce", "species"),
                Column("Race", "breed"),
                Column("Sexe", "sex", one_of(Animal.Sex.choices)),
                Column("Né le", "born"),
                Column("Numéro de puce", "chip"),
                Column("Note", "note"),
                Column("Décédé", "is_deceased", yes_no),
            ),
        ),
        DataFile(
            "notes",
            Note.objects.order_by("pk"),
            (CLIENT, Column("Note", "text"), Column("Alerte", "is_alert", yes_no)),
        ),
        DataFile(
            "passagers",
            Party.objects.order_by("pk"),
            (Column("Code client", "account__client__code"), Column("Nom", "name"), Column("Adresse", "address")),
        ),
    ]


def _sales() -> list[DataFile]:
    invoice = (Column("Facture", "invoice"), Column("Numéro", "invoice__document__reference"))
    note = (Column("Avoir", "credit_note"), Column("Numéro", "credit_note__document__reference"))
    return [
        DataFile(
            "visites",
            Visit.objects.order_by("pk"),
            (
                Column("Visite", "pk"),
                CLIENT,
                PARTY,
                SITE,
                Column("Type", "kind", one_of(Visit.Kind.choices)),
                Column("Date", "day"),
                Column("Avancement", "progress", one_of(Visit.Progress.choices)),
                Column("Sujet", "subject"),
                Column("Prix TTC", "prices_include_vat", yes_no),
            ),
        ),
        DataFile(
            "lignes-de-visites",
            VisitLine.objects.order_by("pk"),
            (Column("Visite", "visit"), *PRICED, Column("Retirée", "is_removed", yes_no)),
        ),
        DataFile(
            "factures",
            Invoice.objects.order_by("pk"),
            (
                Column("Facture", "pk"),
                Column("Numéro", "document__reference"),
                CLIENT,
                PARTY,
                SITE,
                Column("Date", "document__day"),
                Column("Date de l’opération", "delivery_day"),
                Column("Conditions de règlement", "terms", one_of(Terms.choices)),
                Column("Prix TTC", "prices_include_vat", yes_no),
                *TAXED,
                Column("Devise", "ttc_currency"),
            ),
        ),
        DataFile("lignes-de-factures", InvoiceLine.objects.order_by("pk"), (*invoice, *PRICED, *TAXED)),
        DataFile(
            "echeances",
            Instalment.objects.order_by("pk"),
            (
                *invoice,
                Column("Rang", "rank"),
                Column("Échéance", "due"),
                Column("Montant", "amount"),
                Column("Reste dû", "item__open"),
                Column("Règlement prévu le", "planned_on"),
                Column("Note", "note"),
            ),
        ),
        DataFile(
            "avoirs",
            CreditNote.objects.order_by("pk"),
            (
                Column("Avoir", "pk"),
                Column("Numéro", "document__reference"),
                CLIENT,
                PARTY,
                SITE,
                Column("Date", "document__day"),
                Column("Sur la facture", "invoice__document__reference"),
                *TAXED,
                Column("Devise", "ttc_currency"),
                Column("Annulé par", "cancelled_by__document__reference"),
            ),
        ),
        DataFile("lignes-d-avoirs", CreditNoteLine.objects.order_by("pk"), (*note, *PRICED, *TAXED)),
    ]


def _money() -> list[DataFile]:
    return [
        DataFile("reglements", Payment.objects.order_by("pk"), MOVEMENT),
        DataFile("remboursements", Refund.objects.order_by("pk"), MOVEMENT),
        DataFile(
            "incidents",
            Incident.objects.order_by("pk"),
            (
                Column("Référence", "document__reference"),
                Column("Code client", "payment__client__code"),
                Column("Date", "document__day"),
                Column("Règlement", "payment__document__reference"),
                Column("Motif", "reason", one_of(Incident.Reason.choices)),
                Column("Frais", "fee"),
                Column("Annulé le", "cancelled_by__day"),
            ),
        ),
    ]


def _ledger() -> list[DataFile]:
    return [
        DataFile(
            "pieces",
            Document.objects.order_by("pk"),
            (
                Column("Pièce", "pk"),
                Column("Nature", "kind", one_of(Document.Kind.choices)),
                Column("Référence", "reference"),
                Column("Code client", "account__client__code"),
                PARTY,
                SITE,
                Column("Date", "day"),
            ),
        ),
        DataFile(
            "ecritures",
            Entry.objects.order_by("pk"),
            (
                Column("Écriture", "pk"),
                Column("Journal", "journal"),
                Column("Rang", "seal__rank"),
                Column("Date", "day"),
                Column("Pièce", "document"),
                Column("Référence", "document__reference"),
                Column("Libellé", "label"),
                SITE,
                Column("Devise", "currency"),
                Column("Contre-passe", "reverses"),
                Column("Saisie le", "posted_at", moment),
                Column("Par", "operation__user__username"),
                Column("Scellement", "seal__hash"),
            ),
        ),
        DataFile(
            "lignes-d-ecritures",
            Line.objects.order_by("pk"),
            (
                Column("Ligne", "pk"),
                Column("Écriture", "entry"),
                Column("Date", "day"),
                Column("Compte", "account"),
                Column("Code client", "client_account__client__code"),
                PARTY,
                Column("Nature", "kind", one_of(Kind.choices)),
                Column("Échéance", "due"),
                Column("Débit", "debit"),
                Column("Crédit", "credit"),
            ),
        ),
        DataFile(
            "postes",
            OpenItem.objects.order_by("pk"),
            (
                Column("Ligne", "pk"),
                Column("Pièce", "document"),
                Column("Sens", "is_debit", lambda is_debit: "débit" if is_debit else "crédit"),
                Column("Échéance", "due"),
                Column("Montant", "amount"),
                Column("Reste", "open"),
            ),
        ),
        DataFile(
            "imputations",
            Allocation.objects.order_by("pk"),
            (
                Column("Imputation", "pk"),
                Column("Code client", "account__client__code"),
                Column("Ligne au débit", "debit"),
                Column("Ligne au crédit", "credit"),
                Column("Montant", "amount"),
                Column("Date", "day"),
                Column("Détachée le", "detached_on"),
            ),
        ),
        DataFile(
            "plan-comptable",
            GeneralAccount.objects.order_by("code"),
            (Column("Compte", "code"), Column("Intitulé", "label")),
        ),
        DataFile(
            "journaux",
            Journal.objects.order_by("code"),
            (Column("Journal", "code"), Column("Intitulé", "label"), SITE),
        ),
    ]
