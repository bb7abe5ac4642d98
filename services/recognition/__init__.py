"""Recognition: eTwinning Seals by themselves, National and European Quality Seals by decision (FAQ L30-32)."""
