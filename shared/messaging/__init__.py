"""How commits become records in Kafka, and how records become work: relay, topics, ownership, consumers."""
