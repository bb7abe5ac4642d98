"""Where a page may send somebody: to a path of this very site."""


def local_path(target: str | None) -> str:
    """`target` where it is a path of this site, else the front page: a link from outside must lead nowhere else."""
    return target if target and target.startswith("/") and not target.startswith(("//", "/\\")) else "/"
