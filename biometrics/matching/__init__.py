"""Two templates become a score; a template and a gallery become a short list."""
