"""Whose forecast a sentence gives."""
