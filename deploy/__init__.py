"""The `etwinning` command, and everything that runs the platform on a machine."""
