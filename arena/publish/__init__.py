"""Catalogue, ratings and log -> a static site and its downloads."""
