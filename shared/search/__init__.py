"""Search by any three letters of a name, in any script: by keys in the database, or in memory, whichever fits."""
