"""Logs, metrics, traces and health: what tells operators what is stuck, since when, and whose it is."""
