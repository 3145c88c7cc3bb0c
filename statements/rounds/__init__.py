"""Relevés de compte: statements made out to clients, kept, and sent; of one client, of many at once, and each month."""
