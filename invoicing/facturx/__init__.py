"""E-invoices in the Factur-X format, profile EN 16931: written from what a document keeps, and checked."""
