"""Personal data: kept beside the facts, fetched by id, erased without touching a fact (design §8)."""
