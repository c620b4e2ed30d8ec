"""Views: from a ledger and what scoring makes of it to what a page, or a screen, shows."""
