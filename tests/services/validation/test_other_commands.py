"""What the other commands say to a name that there is not, with a real database behind them."""

import asyncio
import subprocess

from deploy.cli import UNABLE
from deploy.local.python import ENVIRONMENT, module
from tests.services.running import Running

_CALLS = {
    ("streams", "show", "case-nothing"): "There is no stream 'case-nothing'",
    ("streams", "show", "tea"): "No stream is named like 'tea': it begins with teacher",
    ("views", "list", "tea"): "There is no service 'tea': choose of registration",
    ("views", "rebuild", "validation", "tea"): "tea",
    ("parked", "show", "validation.reactions", "case-1"): "see `etwinning parked list`",
    ("parked", "retry", "validation.tea", "case-1"): "see `etwinning parked list`",
    ("parked", "discard", "validation.reactions", "case-1", "--reason", "undecodable"): "see `etwinning parked list`",
    ("parked", "show", "tea", "case-1"): "There is no service 'tea'",
    ("verify", "tea"): "There is no service 'tea'",
    ("lag", "tea"): "There is no service 'tea'",
}


async def test_a_name_that_there_is_not_is_one_sentence(service: Running) -> None:
    environment = {**service.environment, **ENVIRONMENT}

    async def called(arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        command = module("deploy.cli", *arguments)
        return await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, check=False, timeout=120, env=environment
        )

    for arguments, said in _CALLS.items():
        done = await called(arguments)
        assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (UNABLE, True, False), (
            arguments,
            done.stderr[-500:],
        )
