"""Words that a crowd of clients is made of, by combining them: invented, nobody's."""

# A family's name is a beginning and an end: some 3,000 of them.
BEGINNINGS = (
    *("Ab", "Ail", "Am", "Ard", "Aub", "Bal", "Bar", "Bass", "Beauv", "Bern", "Blond", "Bois", "Bord", "Bouch"),
    *("Brass", "Bris", "Brun", "Cal", "Camb", "Carp", "Cass", "Chab", "Champ", "Chant", "Charb", "Clav", "Clém"),
    *("Col", "Corb", "Cost", "Coust", "Crép", "Dar", "Delh", "Desb", "Dub", "Dur", "Esc", "Esp", "Étch", "Fav"),
    *("Ferr", "Flor", "Font", "For", "Frém", "Gal", "Gar", "Gav", "Ger", "Gir", "Gonth", "Grand", "Gril", "Guill"),
    *("Ham", "Hard", "Herv", "Jacqu", "Jal", "Jourd", "Lab", "Lam", "Land", "Larg", "Laur", "Lég", "Lor", "Mal"),
    *("Marg", "Mart", "Maur", "Merl", "Mont", "Morv", "Nav", "Niv", "Or", "Pal", "Pasc", "Perr", "Pich", "Plant"),
    *("Port", "Quent", "Rab", "Ram", "Rens", "Rob", "Roch", "Ros", "Sab", "Sal", "Sauv", "Ser", "Tavern", "Thib"),
    *("Tourn", "Vall", "Var", "Verd", "Vign", "Vill", "Voisin", "Yv"),
)
ENDS = (
    *("ac", "ais", "an", "ard", "at", "aud", "ault", "aut", "ay", "é", "eau", "el", "elin", "er", "eret", "et"),
    *("eux", "ey", "iat", "ier", "iez", "illon", "in", "inet", "ois", "ol", "on", "onneau", "ot", "oux"),
)
GIVEN_MRS = (
    *("Adèle", "Agathe", "Agnès", "Aïcha", "Anaïs", "Andrée", "Anne", "Annick", "Aurélie", "Aurore", "Béatrice"),
    *("Brigitte", "Carole", "Catherine", "Cécile", "Chantal", "Charlotte", "Claire", "Clara", "Clémence", "Colette"),
    *("Corinne", "Delphine", "Denise", "Diane", "Élise", "Élodie", "Émilie", "Emma", "Ève", "Fabienne", "Fatima"),
    *("Florence", "France", "Françoise", "Gaëlle", "Geneviève", "Hélène", "Inès", "Isabelle", "Jade", "Joëlle"),
    *("Josette", "Juliette", "Justine", "Karine", "Laëtitia", "Laure", "Laurence", "Lise", "Louise", "Lucie", "Lydie"),
    *("Madeleine", "Maëlle", "Margaux", "Marie", "Marion", "Martine", "Mathilde", "Maud", "Mélanie", "Monique"),
    *("Myriam", "Nathalie", "Nicole", "Noémie", "Odile", "Pascale", "Pauline", "Rachida", "Renée", "Rosa", "Sabrina"),
    *("Sarah", "Solène", "Stéphanie", "Sylvie", "Thérèse", "Valérie", "Véronique", "Virginie", "Yasmine", "Yvette"),
)
GIVEN_MR = (
    *("Abdel", "Alain", "Alexandre", "Alexis", "André", "Arnaud", "Arthur", "Aurélien", "Baptiste", "Benjamin"),
    *("Bernard", "Bruno", "Cédric", "Charles", "Christian", "Christophe", "Claude", "Clément", "Damien", "Daniel"),
    *("David", "Denis", "Didier", "Dominique", "Éric", "Étienne", "Fabien", "Fabrice", "Florent", "Franck", "Frédéric"),
    *("Gabriel", "Gaël", "Georges", "Gérard", "Gilles", "Grégory", "Hamid", "Henri", "Hervé", "Hugo", "Jacques"),
    *("Jean", "Jérôme", "Joël", "Jordan", "Joseph", "Julien", "Karim", "Kevin", "Laurent", "Léo", "Louis", "Luc"),
    *("Lucas", "Marc", "Martin", "Maxime", "Michel", "Mohamed", "Nathan", "Noël", "Olivier", "Pascal", "Patrick"),
    *("Paul", "Philippe", "Pierre", "Quentin", "Raphaël", "René", "Richard", "Robert", "Romain", "Samuel", "Sébastien"),
    *("Serge", "Stéphane", "Thierry", "Thomas", "Tristan", "Valentin", "Victor", "Vincent", "Xavier", "Yves"),
)
DOUBLE = {"mrs": ("Anne", "Marie"), "mr": ("Jean", "Pierre")}  # Marie-Claire, Jean-Luc
TRADES = (
    *("Élevage", "Haras", "Pension", "Refuge", "Ferme", "Écuries", "Chenil", "Centre équestre", "GAEC", "EARL"),
    *("Toilettage", "Chatterie", "Parc animalier", "Association"),
)
PLACES = (
    *("du Val Doré", "de la Combe", "des Trois Chênes", "des Coteaux", "des Marronniers", "du Lac", "de l’Œillet"),
    *("de Grange Neuve", "du Grand Pré", "des Hautes Terres", "de la Croix Blanche", "du Bois Joli", "des Sources"),
    *("de la Vieille Tour", "du Pont Sec", "des Quatre Vents", "de Bellevue", "du Moulin Brûlé", "de la Roche"),
    *("des Genêts", "du Mas Perdu", "de l’Étang", "de la Plaine", "du Clos Fleuri", "des Peupliers", "de la Lande"),
)
WAYS = (
    *("rue", "rue", "rue", "avenue", "chemin", "allée", "impasse", "place", "boulevard", "montée", "quai"),
    *("route", "square", "passage"),
)
SIGHTS = (
    *("des Tanneurs", "des Frênes", "du Moulin", "de la Fontaine", "des Tilleuls", "du Verger", "des Brumes"),
    *("du Four"),
    *("des Cèdres", "du Château", "des Lavandières", "de la Gare", "des Écoles", "du Stade", "de l’Église"),
    *("du Lavoir"),
    *("des Vignes", "de la Poste", "des Artisans", "du Marché", "de la République", "des Violettes", "du Rhône"),
    *("de la Saône", "des Alouettes", "des Canuts", "du Belvédère", "de la Mairie", "des Acacias", "du 8 Mai 1945"),
    *("de l’Abbaye", "du Vieux Puits", "des Glycines", "de la Forge", "des Bleuets", "du Lac", "des Carrières"),
)
TOWNS = (
    *(("69001", "Lyon"), ("69002", "Lyon"), ("69003", "Lyon"), ("69004", "Lyon"), ("69005", "Lyon"), ("69006", "Lyon")),
    *(("69007", "Lyon"), ("69008", "Lyon"), ("69009", "Lyon"), ("69100", "Villeurbanne"), ("69500", "Bron")),
    *(("69110", "Sainte-Foy-lès-Lyon"), ("69120", "Vaulx-en-Velin"), ("69130", "Écully"), ("69200", "Vénissieux")),
    *(("69140", "Rillieux-la-Pape"), ("69150", "Décines-Charpieu"), ("69160", "Tassin-la-Demi-Lune")),
    *(("69170", "Tarare"), ("69190", "Saint-Fons"), ("69210", "L’Arbresle"), ("69230", "Saint-Genis-Laval")),
    *(("69250", "Neuville-sur-Saône"), ("69260", "Charbonnières-les-Bains"), ("69300", "Caluire-et-Cuire")),
    *(("69290", "Craponne"), ("69310", "Pierre-Bénite"), ("69320", "Feyzin"), ("69330", "Meyzieu")),
    *(("69340", "Francheville"), ("69400", "Villefranche-sur-Saône"), ("69530", "Brignais"), ("69540", "Irigny")),
    *(("69570", "Dardilly"), ("69600", "Oullins"), ("69700", "Givors"), ("69740", "Genas"), ("69800", "Saint-Priest")),
    *(("38200", "Vienne"), ("38300", "Bourgoin-Jallieu"), ("38230", "Pont-de-Chéruy"), ("01600", "Trévoux")),
    *(("01000", "Bourg-en-Bresse"), ("42000", "Saint-Étienne"), ("42300", "Roanne"), ("71000", "Mâcon")),
)
ANIMALS = (
    *("Albatros", "Alto", "Amande", "Arsène", "Babouche", "Bagheera", "Bambou", "Basile", "Belle", "Biscotte", "Bobby"),
    *("Bounty", "Caïd", "Câline", "Caramel", "Chipie", "Choco", "Cléo", "Coquelicot", "Crevette", "Domino", "Duchesse"),
    *("Éclair", "Éole", "Fantôme", "Félix", "Figaro", "Flocon", "Framboise", "Fripouille", "Galopin", "Gaufrette"),
    *("Gaspard", "Gipsy", "Grisette", "Guimauve", "Hermine", "Hirondelle", "Igloo", "Indigo", "Iris", "Jazz", "Jasmin"),
    *("Joker", "Kenzo", "Kiwi", "Lady", "Lilas", "Loulou", "Luna", "Macaron", "Maya", "Mimosa", "Minette", "Mistigri"),
    *("Noisette", "Nuage", "Nala", "Onyx", "Opale", "Orage", "Orphée", "Pacha", "Pépite", "Perle", "Pistache", "Poppy"),
    *("Prune", "Quartz", "Quenotte", "Roméo", "Rubis", "Saphir", "Saturnin", "Snoopy", "Soleil", "Tabac", "Tigrou"),
    *("Titus", "Toupie", "Truffe", "Uranie", "Utopie", "Vagabond", "Velours", "Virgule", "Voyou", "Yoda", "Zelda"),
    *("Zorro"),
)
TELEPHONES = ("06 39 98", "01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49")  # kept for fiction
MAILS = ("example.org", "example.net", "example.com", "courriel.example", "poste.example", "boite.example")
