"""`etwinning up`."""


def up() -> None:
    """Start everything on this machine, and stop it with Ctrl-C.

    Kafka, a database, mail, the five services and the front door. Data, keys and logs are in ETWINNING_HOME (default:
    .etwinning in the checkout); ETWINNING_PORT_BASE (default 8400) moves all ports, so that two checkouts can run side
    by side.

    Example: ETWINNING_PORT_BASE=8600 etwinning up
    """
    from rich.console import Console

    from deploy.local.launcher import launch
    from deploy.local.settings import LocalSettings
    from deploy.prepare import prepare, settle

    launch(LocalSettings(), Console(highlight=False), prepare, settle=settle)
