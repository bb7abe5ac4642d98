"""Who somebody is and which office they act in: keys, tokens, offices, links, passwords, addresses, rate limits."""
