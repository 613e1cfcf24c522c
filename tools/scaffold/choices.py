"""What the caller chose from the catalogue: pattern, auth, pagination and options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...templates.catalog import Option, Pattern, all_patterns
from ..errors import InvalidArguments, UnknownPattern
from ..nearest import nearest
from .texts import quoted, require_text

_MAX_CHARACTERS = 60
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PLAIN = re.compile(r"[!#-&(-\[\]-~]+")


@dataclass(frozen=True)
class Choice:
    """A pattern with everything chosen in it; `options` holds a value for each option that has an effect."""

    pattern: Pattern
    auth: str
    pagination: str
    options: Mapping[str, str | int]

    @property
    def credential(self) -> str | None:
        """The configuration key of the credential, if requests carry one."""
        return self.pattern.credential.get(self.auth)

    @property
    def parameters(self) -> set[str]:
        """The request parameters that pagination uses."""
        return {str(value) for name, value in self.options.items() if self.pattern.option[name].form == "parameter"}


def choose(pattern: str, *, auth: str, pagination: str, options: Mapping[str, str | int | bool]) -> Choice:
    """The choice, with defaults for what `options` leaves out. Raises UnknownPattern, InvalidArguments."""
    patterns = {found.name: found for found in all_patterns()}
    chosen = patterns[_known("pattern", pattern, patterns)]
    _known("auth", auth, chosen.auth)
    _known("pagination", pagination, chosen.pagination)
    possible = chosen.options(auth, pagination)
    for name in options:
        _require_possible(name, chosen, possible)
    values = {name: _value(name, option, options.get(name, option.default)) for name, option in possible.items()}
    choice = Choice(chosen, auth, pagination, values)
    _require_distinct_parameters(choice)
    return choice


def _known(what: str, word: str, names: Iterable[str]) -> str:
    known = list(names)
    if word not in known:
        every = ", ".join(_nearest_first(word, known))
        raise UnknownPattern(f"There is no {what}{quoted(word)}. Choose one of these, the nearest first: {every}.")
    return word


def _nearest_first(word: str, names: Iterable[str]) -> list[str]:
    known = list(names)
    near = nearest(word, known, count=len(known))
    return near + [name for name in known if name not in near]


def _require_possible(name: str, pattern: Pattern, possible: Mapping[str, Option]) -> None:
    if name in possible:
        return
    known = ", ".join(_nearest_first(name, possible))
    if name in pattern.option:
        reason = f"The option {name!r} has no effect with this auth and pagination"
    else:
        reason = f"There is no option{quoted(name)}"
    raise InvalidArguments(f"{reason}. Leave it out, or choose from: {known}.")


def _value(name: str, option: Option, value: str | int | bool) -> str | int:
    if isinstance(option.default, int):
        if isinstance(value, bool) or not isinstance(value, int) or not option.minimum <= value <= option.maximum:
            raise InvalidArguments(
                f"The option {name!r} must be a whole number, {option.minimum} to {option.maximum}. "
                f"Leave it out for {option.default}."
            )
        return value
    if not isinstance(value, str):
        raise InvalidArguments(f"The option {name!r} must be text. Leave it out for {option.default!r}.")
    require_text(value, f"The option {name!r}", longest=_MAX_CHARACTERS)
    _require_form(name, option, value)
    return value


def _require_form(name: str, option: Option, value: str) -> None:
    if option.form == "header" and not _HEADER.fullmatch(value):
        raise InvalidArguments(f"The option {name!r} is not the name of a header. Use letters, digits and hyphens.")
    if not _PLAIN.fullmatch(value):
        raise InvalidArguments(
            f"The option {name!r} holds more than ASCII letters, digits and signs. Take the rest out."
        )
    if option.form == "path" and not all(value.split(".")):
        raise InvalidArguments(f"The option {name!r} has an empty step. Join the steps with single dots.")


def _require_distinct_parameters(choice: Choice) -> None:
    named = [name for name in choice.options if choice.pattern.option[name].form == "parameter"]
    if len(choice.parameters) < len(named):
        raise InvalidArguments(f"The options {' and '.join(named)} are the same. Give each its own request parameter.")
