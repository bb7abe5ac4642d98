"""The programme as its users see it: over HTTP and by mail, nothing else."""
