"""Catalogues from files and into files."""
