"""How a text is laid out: lines, markup, headers, sentences; and PDF."""
