"""Notifications: what happened becomes a queued message, and the sender alone mails it. A replay never sends."""
