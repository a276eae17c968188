"""Reports, drafts and proposals: frozen facts and the rules of their states."""
