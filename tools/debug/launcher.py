"""Runs the `fivetran` command of an environment in this process, and says at its end how the command ended.

It says so in a word that only the supervisor knows: what a connector prints is never taken for it, and a process that
leaves by `os._exit` or a crash does not say it. Standard library only, and no import of ours: this file runs alone, in
the connector's own interpreter.

    python launcher.py DESCRIPTOR COMMAND ARGUMENT...

`DESCRIPTOR` is a pipe that holds the word. The line is `WORD WHO CODE`; WHO is `connector` where code of the project
raised what ended the command, else `sdk`.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import sys


def main() -> None:
    """Runs the command; whatever it raises goes on."""
    word, out, pid = _word(int(sys.argv[1])), os.dup(1), os.getpid()
    command, project = sys.argv[2], os.path.realpath(sys.argv[4])
    sys.argv = sys.argv[2:]
    sys.path[0] = os.path.dirname(command)  # noqa: PTH120 - as the command itself would have it
    ending = ("sdk", 0)
    try:
        runpy.run_path(command, run_name="__main__")
    except BaseException as error:
        ending = (_who(error, project), _code(error))
        raise
    finally:
        # A child that the connector forked comes by here, too.
        if os.getpid() == pid:
            _say(out, word, *ending)


def _word(descriptor: int) -> bytes:
    word = os.read(descriptor, 1000)
    os.close(descriptor)
    return word


def _say(out: int, word: bytes, who: str, code: int) -> None:
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        os.write(out, word + f" {who} {code}\n".encode())


def _who(error: BaseException, project: str) -> str:
    """Whose code raised it: a frame of the project is on the way."""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if os.path.isabs(file) and os.path.realpath(file).startswith(project + os.sep):  # noqa: PTH117 - any text
            return "connector"
        trace = trace.tb_next
    return "sdk"


def _code(error: BaseException) -> int:
    code = error.code if isinstance(error, SystemExit) else 1
    return code if isinstance(code, int) else int(code is not None)


if __name__ == "__main__":
    main()
