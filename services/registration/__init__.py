"""Teachers, schools and offices: who somebody is, and what they may act as."""
