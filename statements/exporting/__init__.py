"""« Exporter mes données »: everything as CSV files in one archive."""
