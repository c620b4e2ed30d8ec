"""Pages: results and figures in HTML templates."""
