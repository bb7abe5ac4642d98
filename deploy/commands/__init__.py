"""The subcommands of `etwinning`, one module each, imported only when they are called."""
