"""How pages are made: templates, forms, cookies, words in two languages, static files."""
