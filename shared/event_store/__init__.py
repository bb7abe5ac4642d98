"""Streams of commits, and the one way to add to them: load, decide, commit (`handle`)."""
