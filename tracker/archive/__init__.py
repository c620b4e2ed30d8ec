"""Tally queries over files and databases too large for memory."""
