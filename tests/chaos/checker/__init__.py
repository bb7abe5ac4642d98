"""Proves from the outside that nothing was lost, doubled, reordered or changed (I1-I8, I11).

It imports nothing of the product: it reads the databases, Kafka and its own journal, and computes every hash anew from
the formats that are written down. `python -m tests.chaos.checker --help` runs it against any installation.
"""
