"""From prose to records: documents, the lexicon, extraction, evidence and dossiers."""
