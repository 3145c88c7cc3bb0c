"""The catalogue that a file of another program tells of."""
