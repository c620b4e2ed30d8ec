"""Platforms and plain tables: one module each."""
