"""Validation: is this teacher on that school's staff? The director says so, a representative decides (FAQ L19-20)."""
