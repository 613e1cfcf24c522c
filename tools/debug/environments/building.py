"""Builds an environment with uv, once for all projects that want the same.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...process import PIPE, STDOUT, end_group, start

MARK = "environment.json"
# A client starts a server with a small environment, in which only the system tells whose certificates are trusted; a
# system without any is left to those of uv. Two names, because uv has changed it.
_ONLINE = ({"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}, dict[str, str]())
_OFFLINE = {"UV_OFFLINE": "true"}
_ANSWERED = "No solution found"
# Signs that the index has answered, or that a package was there and could not be built.
_DECIDED = (_ANSWERED, "Failed to build", "Failed to parse", "Couldn't parse", "not found in the package registry")
_USERINFO = re.compile(r"(?<=://)[^/\s@]+@")
_POLL_SECONDS = 0.05
_TAIL_LINES = 12
_MAX_LINE_CHARS = 500
Say = Callable[[str], None]


class BuildFailed(Exception):
    """The installer's last lines, and the requirement to blame where they name one."""


@dataclass(frozen=True)
class Build:
    """What is built, where and by whom; `environment` is that of uv, with proxies and certificates."""

    folder: str
    uv: str
    python: str
    sdk: str
    lines: tuple[str, ...]
    constraints: tuple[str, ...]
    pinned: bool
    project: str
    environment: dict[str, str]

    @property
    def is_built(self) -> bool:
        """Whether it is there, whole."""
        return (Path(self.folder) / MARK).exists()

    def make(self, say: Say, stopped: Callable[[], bool], held: contextlib.ExitStack) -> bool:
        """Builds it unless another run does or has, and keeps it from being removed while `held` is open.

        False when it was stopped. Raises BuildFailed, OSError.
        """
        while not stopped():
            if held.enter_context(_lock(Path(f"{self.folder}.lock"), stopped, fcntl.LOCK_SH)) and self.is_built:
                os.utime(Path(self.folder) / MARK)
                return True
            held.close()
            with _lock(Path(f"{self.folder}.lock"), stopped, fcntl.LOCK_EX) as mine:
                if mine and not self.is_built:
                    say(f"building the environment with {', '.join([self.sdk, *self.lines])}")
                    if not self._make(say, stopped):
                        return False
        return False

    def _make(self, say: Say, stopped: Callable[[], bool]) -> bool:
        folder = Path(self.folder)
        shutil.rmtree(folder, ignore_errors=True)
        venv = [self.uv, "venv", "--no-project", "--no-config", "--python", self.python, str(folder)]
        code, told = self._run(venv, say, stopped, {})
        if code == 0:
            code, told = self._install(folder, say, stopped)
        if code == 0:
            _ = (folder / MARK).write_text("{}", encoding="utf-8")
        elif code is not None:
            raise BuildFailed(self._problem(told))
        return code == 0

    def _install(self, folder: Path, say: Say, stopped: Callable[[], bool]) -> tuple[int | None, list[str]]:
        """What is pinned comes from uv's cache where it is there; the cache is also for those who are offline."""
        listed = folder / "requirements.txt"
        _ = listed.write_text("".join(f"{line}\n" for line in (self.sdk, *self.lines)), encoding="utf-8")
        python = str(folder / "bin" / "python")
        constraints = folder / "constraints.txt"
        _ = constraints.write_text("".join(f"{line}\n" for line in self.constraints), encoding="utf-8")
        argv = [self.uv, "pip", "install", "--python", python, "--requirement", str(listed)]
        argv += ["--constraint", str(constraints)] if self.constraints else []
        code, problem = None, list[str]()
        for environment in (_OFFLINE, *_ONLINE) if self.pinned else (*_ONLINE, _OFFLINE):
            offline = environment is _OFFLINE
            code, told = self._run(argv, _nothing if offline else say, stopped, environment)
            if code in (0, None):
                break
            # What the index said first tells more than that the cache has it not.
            problem = problem or ([] if offline else told)
            if not offline and any(_ANSWERED in line for line in told):
                break
        # An option may hold the password of an index.
        shown = [_USERINFO.sub("", line) for line in (self.sdk, *self.lines) if not line.startswith("-")]
        _ = listed.write_text("".join(f"{line}\n" for line in shown), encoding="utf-8")
        return code, problem

    def _run(
        self, argv: list[str], say: Say, stopped: Callable[[], bool], more: Mapping[str, str]
    ) -> tuple[int | None, list[str]]:
        """The exit code, None where it was stopped, and the last lines."""
        environment = {**self.environment, "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1", **more}
        process = start(argv, env=environment, cwd=Path(self.project), stdout=PIPE, stderr=STDOUT, die_with_us=True)
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        told: list[str] = []
        try:
            while process.poll() is None and not stopped():
                told += _lines(process.stdout.read() or b"", say)
                time.sleep(_POLL_SECONDS)
            code = process.poll()
            told += _lines(process.stdout.read() or b"", say)
        finally:
            end_group(process)
        return code, told[-_TAIL_LINES:]

    def _problem(self, told: list[str]) -> str:
        text = "\n".join(told)
        if not any(sign in text for sign in _DECIDED):
            return (
                "The environment of the connector could not be built: the package index cannot be reached. Check the "
                "network, its proxy and index settings, or give `python` an interpreter that has what the connector "
                f"needs.\n{text}"
            )
        names = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.sub(r"[-_.]+", "-", text.lower())))
        named = [line for line in self.lines if not line.startswith("-") and _name(line) in names]
        # The most particular one: `boto3` is part of many names.
        blamed = max(named, key=lambda line: len(_name(line)), default=None)
        what = f"the requirement {blamed!r} cannot be installed" if blamed else "the installer failed"
        return (
            f"The environment of the connector could not be built: {what}. Correct requirements.txt, or give `python` "
            f"an interpreter that has what the connector needs.\n{text}"
        )


def _nothing(_line: str) -> None:
    """Says nothing."""


def _name(line: str) -> str:
    for sign in "=<>~![;@ ":
        line = line.partition(sign)[0]
    return re.sub(r"[-_.]+", "-", line.strip().lower())


def _lines(output: bytes, say: Say) -> Iterator[str]:
    for line in output.decode("utf-8", "replace").splitlines():
        # Each of the packages that the SDK brings along is a line of its own.
        if line.strip() and not line.startswith(" + "):
            say(line[:_MAX_LINE_CHARS])
            yield line[:_MAX_LINE_CHARS]


@contextlib.contextmanager
def _lock(path: Path, stopped: Callable[[], bool], kind: int) -> Generator[bool]:
    """Whether the lock was taken: one builds, the others wait for it, and many use it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("ab") as file:
        while not stopped():
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, kind | fcntl.LOCK_NB)
                yield True
                return
            time.sleep(_POLL_SECONDS)
        yield False
