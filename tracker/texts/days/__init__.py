"""By when a forecast is to come true."""
