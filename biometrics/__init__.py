"""Fingerprints: a picture becomes a template, two templates become a score."""
