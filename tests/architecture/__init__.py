"""The rules of the house, each with a planted violation that proves that it bites."""
