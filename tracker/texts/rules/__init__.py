"""The rules that find forecasts in sentences, and the tables of words they read."""
