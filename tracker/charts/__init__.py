"""Pictures: one module each, from a result of scoring to a plotly figure."""
