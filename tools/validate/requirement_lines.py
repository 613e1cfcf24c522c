"""The lines of a requirements.txt as pip reads them, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_OPTIONS = re.compile(r"\s--?[A-Za-z].*$")
_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?=[\[<>=!~;@(,]|$)")
_EDITABLE = re.compile(r"(?:-e\s*|--editable(?:\s+|=))")
_ELSEWHERE = re.compile(r"(?:-r|--requirement|-c|--constraint)(?:\s+|=|(?=[^\s-]))(?P<file>\S+)")
_PINNED = re.compile(r"={2,3}(?!.*\*)")
_COMMIT = re.compile(r"@[0-9a-f]{7,40}(?=[#\s;]|$)")
_HASH = re.compile(r"(?:--hash[= ]|#)(?:sha256|sha384|sha512|sha1|md5)[:=]")
_LOCATION = re.compile(r"\w[\w+.-]*:(?://|/)|\.{0,2}/|\.{1,2}$|.*\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)\b|.*\\", re.DOTALL)
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
# What the environment holds in which Fivetran runs a connector.
PREINSTALLED = frozenset({"fivetran-connector-sdk", "requests"})
# The archive that a host makes of one commit.
_OF_COMMIT = re.compile(r"/[0-9a-f]{40}\.(?:zip|tar\.gz)")
# The options that pip takes in a file; long ones may be shortened.
_SHORT = frozenset({"-i", "-c", "-r", "-e", "-f"})
_LONG = (
    *("--index-url", "--pypi-url", "--extra-index-url", "--no-index", "--constraint", "--requirement", "--editable"),
    *("--find-links", "--no-binary", "--only-binary", "--prefer-binary", "--require-hashes", "--pre", "--trusted-host"),
    *("--use-feature", "--build-constraint", "--hash", "--global-option", "--config-settings"),
)
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class RequirementLine:
    """One requirement, joined over its continuation lines; `line` and `column` are where it begins."""

    text: str
    line: int
    column: int

    @property
    def name(self) -> str | None:
        """The name of the distribution in its normal form (PEP 503), or None where the line does not tell it."""
        text = _EDITABLE.sub("", self.text, count=1) if self.text.startswith("-") else self.text
        found = _named(_OPTIONS.sub("", text).strip())
        return canonicalize_name(found) if found else None

    @property
    def is_location(self) -> bool:
        """Whether the line names a URL, a path or an archive, which packaging does not read."""
        return self.text.startswith("-") or _LOCATION.match(self.text) is not None

    @property
    def is_pinned(self) -> bool:
        """Whether the line installs the same thing for ever: `==X.Y`, a commit, a hash."""
        if self.text.startswith("-") or _HASH.search(self.text):
            return not self.text.startswith("-")
        try:
            requirement = read_requirement(_OPTIONS.sub("", self.text).strip())
        except InvalidRequirement:
            return "git+" in self.text and _COMMIT.search(self.text) is not None
        if requirement.url:
            by_commit = requirement.url.startswith("git+") and _COMMIT.search(requirement.url) is not None
            return by_commit or _OF_COMMIT.search(requirement.url) is not None
        return any(_PINNED.match(f"{part.operator}{part.version}") for part in requirement.specifier)

    @property
    def problem(self) -> str | None:
        """What packaging has against the line, or None."""
        text = _OPTIONS.sub("", self.text).strip()
        try:
            read_requirement(text)
        except InvalidRequirement as error:
            return None if self.is_location or "$" in text else str(error).splitlines()[0]
        return None


def read_requirement(text: str) -> Requirement:
    """A requirement as packaging reads it; raises InvalidRequirement, also for brackets deeper than Python can go."""
    try:
        return Requirement(text.removesuffix(";").rstrip())
    except RecursionError as error:
        raise InvalidRequirement("The marker is nested too deep.") from error


def requirement_lines(data: bytes) -> Iterator[RequirementLine]:
    """The requirements of a file; comments, empty lines and options of pip other than `-e` are left out."""
    for line in _joined_lines(data):
        if not line.text.startswith("-") or _EDITABLE.match(line.text):
            yield line


def other_files(data: bytes) -> Iterator[RequirementLine]:
    """The lines of a file that read requirements (`-r`) or constraints (`-c`) from another one."""
    for line in _joined_lines(data):
        if _ELSEWHERE.match(line.text):
            yield line


def options(data: bytes) -> Iterator[RequirementLine]:
    """The lines that tell pip how to install: `--extra-index-url`, `--find-links`, `--pre`."""
    unknown = {line.line for line in unknown_options(data)}
    for line in _joined_lines(data):
        named = _EDITABLE.match(line.text) or _ELSEWHERE.match(line.text)
        if line.text.startswith("-") and not named and line.line not in unknown:
            yield line


def unknown_options(data: bytes) -> Iterator[RequirementLine]:
    """The lines that begin as an option which pip does not have in such a file: `--pandas`, `- pandas`, a ruler."""
    for line in _joined_lines(data):
        option = re.split(r"[\s=]", line.text, maxsplit=1)[0]
        known = option[:2] in _SHORT or (len(option) > 2 and any(name.startswith(option) for name in _LONG))
        if line.text.startswith("-") and not known:
            yield line


def _joined_lines(data: bytes) -> Iterator[RequirementLine]:
    lines = _NEWLINE.split(data.decode("utf-8-sig", "replace"))
    number = 0
    while number < len(lines):
        first, parts = number, [lines[number]]
        while _goes_on(parts[-1]) and number + 1 < len(lines):
            number += 1
            parts.append(lines[number])
        number += 1
        joined = "".join(part[:-1] if _goes_on(part) else part for part in parts)
        text = _COMMENT.sub("", joined)
        if text.strip():
            while not parts[0].removesuffix("\\").strip():
                first, parts = first + 1, parts[1:]
            yield RequirementLine(text.strip(), first + 1, len(parts[0]) - len(parts[0].lstrip()) + 1)


def _goes_on(line: str) -> bool:
    """Whether pip joins the next line to this one; a comment goes on nowhere."""
    return line.endswith("\\") and not line.lstrip().startswith("#")


def _named(text: str) -> str | None:
    if " " not in text and (name := _of_archive(text)) is not None:
        return name
    try:
        return read_requirement(text).name
    except InvalidRequirement:
        found = _NAME.match(text) or _EGG.search(text)
        return found[1] if found else None


def _of_archive(text: str) -> str | None:
    """The name that the file name of a wheel or an archive begins with."""
    try:
        file = unquote(urlsplit(text).path).rpartition("/")[2]
        if file.endswith(".whl"):
            return parse_wheel_filename(file)[0]
        return parse_sdist_filename(file)[0]
    except (InvalidWheelFilename, InvalidSdistFilename, ValueError):
        return None
