"""Projects: proposed by one school, accepted by another, approved by the nodes of both, then running (FAQ L8-9)."""
