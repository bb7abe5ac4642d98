"""What is asked about profiles."""
