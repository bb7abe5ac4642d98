"""A model of the protocol, explored exhaustively; it imports nothing of the product. See README.md."""
