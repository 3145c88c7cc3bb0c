"""The logins of the demo, one a role: (user name, password, role as users read it). No secret: they are printed."""

DEMO_LOGINS = [
    ("accueil", "solde-demo", "Accueil"),
    ("comptable", "solde-demo", "Comptable"),
    ("admin", "solde-demo", "Administrateur"),
]
