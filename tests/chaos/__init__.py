"""The programme under fire: its load, its kills, and a checker that knows nothing of the product."""
