"""Search by any three letters of a name, in any script: how names are compared, and how few entries are read."""
