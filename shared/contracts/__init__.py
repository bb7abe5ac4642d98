"""The published language: events of every service, the envelope they travel in, and how old versions are read."""
