"""Another password for who has forgotten it (FAQ L22)."""
