"""`etwinning up`: everything on one machine, in the foreground, until Ctrl-C or SIGTERM."""

import errno
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from rich.console import Console
from rich.table import Table

from deploy.errors import Unable
from deploy.local.jars import Say
from deploy.local.settings import SERVICES, LocalSettings
from deploy.local.stack import LocalStack
from deploy.local.supervisor import Supervisor

Step = Callable[[LocalSettings, Say], None]
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def launch(
    settings: LocalSettings,
    console: Console,
    prepare: Step,
    services: tuple[str, ...] = SERVICES,
    settle: Step = lambda _, __: None,
) -> None:
    """Starts, says where everything is, watches, and stops everything when asked.

    `prepare` makes keys, topics, indexes and schools before the services; `settle` waits until all has arrived.

    Raises Unable: something is missing or in the way; what was started is stopped first.
    """
    stack = LocalStack(settings, console.print)
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    try:
        _start(stack, console, prepare, services)
        settle(settings, console.print)
        _summary(stack, console)
        _watch(stack, console)
    except KeyboardInterrupt:
        console.print("Stopping …")
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        raise Unable(f"The disk of {settings.home} is full: free some space, or set ETWINNING_HOME.") from None
    finally:
        _stop(stack)
    console.print("Stopped; all data is kept.")


def _start(stack: LocalStack, console: Console, prepare: Step, services: tuple[str, ...]) -> None:
    _start_foundation(stack, console)
    prepare(stack.settings, console.print)
    console.print("Starting the services …")
    stack.start_services(services)


def _stop(stack: LocalStack) -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave processes behind
    stack.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _start_foundation(stack: LocalStack, console: Console) -> None:
    for name in stack.prepare():
        console.print(f"Ended {name}, left by a launcher that was killed")
    console.print("Starting Kafka, the database and mail …")
    stack.start_foundation()


def _watch(stack: LocalStack, console: Console) -> NoReturn:
    supervisor = Supervisor(stack, console.print)
    while True:
        supervisor.look()
        time.sleep(0.2)


def _summary(stack: LocalStack, console: Console) -> None:
    settings = stack.settings
    table = Table(title="What runs where", title_justify="left")
    table.add_column("what")
    table.add_column("where", no_wrap=True)
    table.add_column("process", justify="right")
    places = {
        "kafka": settings.kafka,
        "database": f"127.0.0.1:{settings.port('mongo')}",
        "mail": f"smtp {settings.smtp}",
        "front door": settings.front_door,
    }
    places |= {name: f"{settings.front_door}/{name}/openapi.json" for name in SERVICES}
    for name, child in stack.children.items():
        table.add_row(name, places[name], str(child.pid))
    console.print(table)
    console.print(f"Mail can be read at {settings.front_door}/mail/; logs are in {settings.logs}", soft_wrap=True)
    console.print("Try next, in another terminal: make story")
    console.print(f"ready: {settings.front_door}", soft_wrap=True)
