"""The front door: one address, each service behind the prefix of its name."""

import shutil
from pathlib import Path

from deploy.errors import Unable
from deploy.local import ports
from deploy.local.mongo import executable
from deploy.local.process import Program
from deploy.local.settings import HOST, SERVICES, LocalSettings

_LANDING = Path(__file__).with_name("landing.html")
# A mailed link's token stands in its URL, and a service that dies while it answers has the request logged.
_HEAD = """{{
\tadmin off
\tauto_https off
\tpersist_config off
\tgrace_period 3s
\tlog {{
\t\tformat filter {{
\t\t\trequest>uri regexp \\?.* ""
\t\t\trequest>headers delete
\t\t}}
\t}}
\tservers {{
\t\tprotocols h1 h2c
\t}}
}}

http://:{port} {{
\tbind {host}
\trequest_body {{
\t\tmax_size 50MB
\t}}
"""
_ABSENT = """handle {matcher}{{
\t\theader Content-Type application/problem+json
\t\trespond `{{"type":"about:blank","title":"Not Found","status":404}}` 404
\t}}
"""
# What operators ask a service itself is nobody else's: a counter of commands tells whether an address was known.
_FOR_OPERATORS = ("live", "ready", "metrics")
_ROUTE = """\t@{name} path /{name} /{name}/*
\thandle @{name} {{
\t\treverse_proxy {host}:{port}
\t}}
"""
# A service that is being restarted is not a defect: the caller is told to come back, as with every other refusal.
_REST = """\t@home path /
\thandle @home {{
\t\troot * {folder}
\t\trewrite * /landing.html
\t\tfile_server
\t}}
\t{absent}\thandle_errors 502 503 504 {{
\t\theader Content-Type application/problem+json
\t\theader Retry-After 1
\t\trespond `{{"type":"about:blank","title":"Service Unavailable","status":503}}` 503
\t}}
}}
"""


def caddyfile(settings: LocalSettings) -> str:
    """The configuration: local only, nothing fetched, nothing kept outside the stack's folder."""
    routes = "".join(_ROUTE.format(name=name, host=HOST, port=settings.port(name)) for name in (*SERVICES, "mail"))
    rest = _REST.format(folder=settings.home / "front-door", absent=_ABSENT.format(matcher=""))
    return _HEAD.format(port=settings.port("front door"), host=HOST) + _kept_in() + routes + rest


def _kept_in() -> str:
    """Before the routes: the first `handle` that fits answers."""
    paths = " ".join(f"/{name}/{what}" for name in SERVICES for what in _FOR_OPERATORS)
    return f"\t@operators path {paths}\n\t" + _ABSENT.format(matcher="@operators ")


def program(settings: LocalSettings) -> Program:
    """Caddy as a child process."""
    folder = settings.home / "front-door"
    configuration = folder / "Caddyfile"
    path = executable("caddy")
    if path is None:
        raise Unable("The front door (caddy) is not installed: run `make setup`.")

    def prepare_folder() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(_LANDING, folder / "landing.html")
        configuration.write_text(caddyfile(settings))

    def ready() -> bool:
        return ports.responds(settings.front_door)

    own_folders = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = (path, "run", "--adapter", "caddyfile", "--config", str(configuration))
    return Program("front door", command, ready, own_folders, prepare_folder)
