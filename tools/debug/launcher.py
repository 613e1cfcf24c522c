"""Runs the `fivetran` command of an environment in this process, and says at its end how the command ended.

It says so in a word that only the supervisor knows: what a connector prints is never taken for it, and a process that
leaves by `os._exit` or a crash does not say it. Standard library only, and no import of ours: this file runs alone, in
the connector's own interpreter. It also counts the operations (operations_tally.py).

    python launcher.py DESCRIPTOR TALLY COMMAND ARGUMENT...

`DESCRIPTOR` is a pipe that holds the word, `TALLY` the file for the counts. The line is `WORD WHO CODE`; WHO is
`connector` where code of the project raised what ended the command, else `sdk`.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
from typing import Any


def main() -> None:
    """Runs the command; whatever it raises goes on."""
    word, out, pid = _word(int(sys.argv[1])), os.dup(1), os.getpid()
    path, command, project = sys.argv[2], sys.argv[3], os.path.realpath(sys.argv[5])
    sys.argv = sys.argv[3:]
    sys.path[0] = os.path.dirname(command)  # noqa: PTH120 - as the command itself would have it
    ending, tally = ("sdk", 0), _counting()
    try:
        runpy.run_path(command, run_name="__main__")
    except BaseException as error:
        ending = (_who(error, project), _code(error))
        raise
    finally:
        # A child that the connector forked comes by here, too.
        if os.getpid() == pid:
            if tally is not None:
                with contextlib.suppress(Exception):
                    tally.write(path)
            _say(out, word, *ending)


def _counting() -> Any:
    """The tally, none where the SDK cannot be imported, for whatever reason: the command tells that."""
    # Not before sys.path is the command's: a module beside this file bears the name of one that this imports.
    from pathlib import Path

    found = runpy.run_path(str(Path(__file__).with_name("operations_tally.py")))
    tally = found["Tally"]()
    with contextlib.suppress(Exception):
        found["counting"](tally)
        return tally
    return None


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
