"""Relances: what is late is asked for, by letter or by e-mail."""
