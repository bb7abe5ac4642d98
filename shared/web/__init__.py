"""The HTTP edge that every service shares: problems, the principal, idempotency, limits, pages, the application."""
