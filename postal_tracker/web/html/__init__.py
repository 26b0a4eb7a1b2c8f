"""How pages are drawn and forms are read."""
