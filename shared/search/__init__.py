"""Search by any part of a name, in any script: in memory, which follows the database."""
