"""Mistakes planted in a running system, to see that the checker reports them. Never part of the product."""
