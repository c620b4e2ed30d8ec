"""Scores of forecasts: pure functions from pairs or a tally to frozen results."""
