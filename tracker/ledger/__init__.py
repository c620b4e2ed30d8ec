"""The ledger: tables, database and the one class that reads and writes them."""
