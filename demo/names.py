"""Words that the demo's people and animals are made of: invented, nobody's."""

FAMILIES = (
    *("Abadie", "Arnaud", "Aubry", "Bailly", "Barbier", "Baudry", "Belhadj", "Benoît", "Besson", "Blanchet"),
    *("Bonnet", "Bouvier", "Brunet", "Carlier", "Caron", "Chauvin", "Chevallier", "Collet", "Cordier", "Coulon"),
    *("Da Silva", "Delorme", "Deschamps", "Diallo", "Dubosc", "Dumas", "Étienne", "Fabre", "Ferrand", "Fleury"),
    *("Fournier", "Gaillard", "Garnier", "Gauthier", "Gilbert", "Guérin", "Haddad", "Hébert", "Huet", "Jacquet"),
    *("Joly", "Keller", "Lacroix", "Lambert", "Lebrun", "Lefèvre", "Legrand", "Leroux", "Lévêque", "Maillard"),
    *("Mallet", "Marty", "Masson", "Mercier", "Meunier", "Michaud", "Monnier", "Moulin", "N’Guyen", "Noël"),
    *("Pasquier", "Payet", "Pelletier", "Perrot", "Picard", "Poirier", "Prévost", "Renaud", "Rey", "Rivière"),
    *("Rolland", "Rousseau", "Sauvage", "Schmitt", "Tessier", "Texier", "Traoré", "Vasseur", "Vidal", "Weber"),
)
GIVEN = (
    *(("mrs", name) for name in ("Alice", "Amandine", "Camille", "Céline", "Chloé", "Éléonore", "Fatou", "Jeanne")),
    *(("mrs", name) for name in ("Julie", "Léna", "Manon", "Nadège", "Océane", "Samira", "Sophie", "Zoé")),
    *(("mr", name) for name in ("Adrien", "Antoine", "Bastien", "Émile", "François", "Guillaume", "Ibrahim", "Jules")),
    *(("mr", name) for name in ("Loïc", "Mathieu", "Mehdi", "Nicolas", "Olivier", "Rémi", "Simon", "Yann")),
)
COMPANIES = (
    *("Élevage du Val Doré", "Haras de la Combe", "Pension des Trois Chênes", "Refuge des Coteaux"),
    *("Ferme des Marronniers", "Écuries du Lac", "Élevage de l’Œillet", "Chenil de Grange Neuve"),
)
TARIFFS = {"Élevage": "Éleveur", "Chenil": "Éleveur", "Refuge": "Association"}  # of a company, by its first word
STREETS = (
    *("rue des Tanneurs", "avenue des Frênes", "chemin du Moulin", "rue de la Fontaine", "place des Tilleuls"),
    *("impasse du Verger", "quai des Brumes", "rue du Four", "allée des Cèdres", "montée du Château"),
)
TOWNS = (
    *(("69006", "Lyon"), ("69003", "Lyon"), ("69100", "Villeurbanne"), ("69500", "Bron")),
    *(("69120", "Vaulx-en-Velin"), ("69300", "Caluire-et-Cuire")),
)
ANIMALS = (
    *("Praline", "Oslo", "Nougat", "Réglisse", "Ulysse", "Pixel", "Mirabelle", "Sushi", "Tango", "Vanille", "Simba"),
    *("Plume", "Gribouille", "Cannelle", "Rocky", "Moka", "Neige", "Filou", "Zephyr", "Brioche", "Safran", "Olive"),
)
SPECIES = (
    *(("Chien", breed) for breed in ("Labrador", "Beagle", "Berger australien", "Caniche", "Croisé")),
    *(("Chat", breed) for breed in ("Européen", "Européen", "Chartreux", "Siamois", "Maine coon")),
    *(("Lapin", "Nain"), ("Furet", ""), ("Cobaye", "")),
)
