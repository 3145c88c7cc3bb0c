"""What a file of the catalogue can say."""

from office.importing.columns import Column

TARIFF = "Tarif"
PRICES = {"price": None, "price_ttc": True, "price_ht": False}  # whether VAT is included; None: another column tells

CATALOGUE_COLUMNS = (
    Column("code", "Code", ("code article", "référence", "réf.", "ref", "référence article")),
    Column("name", "Article", ("nom", "désignation", "libellé", "intitulé", "nom de l’article", "description")),
    Column("kind", "Type", ("type d’article", "genre")),
    Column("nature", "Nature de l’opération", ("nature", "bien ou service", "biens ou services")),
    Column("account", "Compte de produit", ("compte", "compte comptable", "compte de vente", "n° de compte")),
    Column("category", "Catégorie", ("famille", "rubrique", "groupe", "rayon")),
    Column("archived", "Archivé", ("inactif",)),
    Column("tariff", "Nom du tarif", ("tarif", "nom tarif"), TARIFF),
    Column("price", "Prix", ("prix unitaire", "prix de vente", "pu", "montant"), TARIFF),
    Column("basis", "TTC ou HT", ("ttc/ht", "ht/ttc", "ht ou ttc", "base du prix"), TARIFF),
    Column("price_ttc", "Prix TTC", ("prix de vente ttc", "prix unitaire ttc", "pu ttc", "tarif ttc"), TARIFF),
    Column("price_ht", "Prix HT", ("prix de vente ht", "prix unitaire ht", "pu ht", "tarif ht"), TARIFF),
    Column("vat_rate", "Taux de TVA", ("tva", "tva %", "% tva", "taux tva", "taux de tva %", "taux"), TARIFF),
    Column("valid_from", "Valable du", ("valide du", "du", "à partir du", "date de début", "début"), TARIFF),
    Column("valid_to", "Jusqu’au", ("valable au", "valide au", "au", "date de fin", "fin"), TARIFF),
)
