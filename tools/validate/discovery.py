"""Finds the rules: every class of rules/, by its id."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Sequence
from functools import cache

from ..errors import RuleNotFound
from ..nearest import nearest
from . import rules
from .rule import Rule


@cache
def all_rules() -> tuple[type[Rule], ...]:
    """Every rule of rules/, by the order of their ids."""
    found: list[type[Rule]] = []
    for info in pkgutil.iter_modules(rules.__path__):
        module = importlib.import_module(f"{rules.__name__}.{info.name}")
        found += [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__
        ]
    return tuple(sorted(found, key=lambda rule: rule.rule_id()))


def rule_by_id(rule_id: str) -> type[Rule]:
    """The rule of an id. Raises RuleNotFound with the nearest ids."""
    for rule in all_rules():
        if rule.rule_id() == rule_id:
            return rule
    ids = [rule.rule_id() for rule in all_rules()]
    raise RuleNotFound(f"There is no rule {rule_id!r}. The nearest: {', '.join(nearest(rule_id, ids))}.")


def chosen_rules(select: Sequence[str], ignore: Collection[str]) -> list[type[Rule]]:
    """The rules of `select`, all where it is empty, without those of `ignore`. Raises RuleNotFound."""
    selected = [rule_by_id(rule_id) for rule_id in dict.fromkeys(select)] or list(all_rules())
    ignored = [rule_by_id(rule_id) for rule_id in ignore]
    return [rule for rule in selected if rule not in ignored]
