"""Rule `missing-connector-object`."""

from __future__ import annotations

import ast

from ..bindings import Binding
from ..models import Category
from ..module import FUNCTIONS, Module
from ..names import CONNECTOR
from ..rule import Invalid, Rule
from ..sdk import connector_signature

_HEAD = "from fivetran_connector_sdk import Connector\ndef update(configuration, state):\n    pass\n"
_MADE = "connector = Connector(update=update)\n"
_IMPORTS = 20
_NOT_CALLED = (*FUNCTIONS, ast.ClassDef, ast.Constant, ast.JoinedStr, ast.Lambda)
_LITERALS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class MissingConnectorObject(Rule):
    """connector.py makes `connector = Connector(update=update, ...)` at its top level.

    Why: the SDK imports connector.py and looks for a Connector of that name. An object that is made in a function or in
    the main block is not there when Fivetran imports the file: "connector object not found". `schema` and
    `configuration_form` are optional.
    """

    section, category = "3.2", Category.BREAKS
    fixable = True
    VALID = (
        _HEAD + _MADE,
        _HEAD + "connector: Connector = Connector(update)\n",
        _HEAD + "try:\n    connector = Connector(update=update)\nexcept ValueError:\n    raise\n",
        _HEAD + "def main():\n    global connector\n    connector = Connector(update=update)\nmain()\n",
        _HEAD + "connector, NAME = Connector(update=update), 'x'\n",
        _HEAD + "def make():\n    return Connector(update=update)\nconnector = make()\n",
        {"connector.py": "from app import connector\n", "app.py": _HEAD + _MADE},
        {"connector.py": "from app import made as connector\n", "app.py": _HEAD + _MADE.replace("connector", "made")},
        _HEAD + "from vendor import *\n",
        _HEAD + "if __name__ == '__main__':\n    connector = None\nelse:\n    connector = Connector(update=update)\n",
    )
    INVALID = (
        Invalid(_HEAD, at=(1, 1)),
        Invalid(_HEAD + "if __name__ == '__main__':\n    connector = Connector(update=update)\n", at=(5, 5)),
        Invalid(_HEAD + "def main():\n    connector = Connector(update=update)\n    connector.debug()\n", at=(5, 5)),
        Invalid(_HEAD + "my_connector = Connector(update=update)\n", at=(4, 1)),
        Invalid(_HEAD + "Connector(update=update)\n", at=(4, 1)),
        Invalid(_HEAD + "class Mine(Connector):\n    pass\nconnector = Mine(update=update)\n", at=(6, 1)),
        Invalid(_HEAD + "connector = None\n", at=(4, 1)),
        Invalid(_HEAD + "connector = Connector(update=update, name='x')\n", at=(4, 38)),
        Invalid(
            _HEAD + "def main():\n    global connector\n    connector = Connector(update=update)\n"
            "if __name__ == '__main__':\n    main()\n",
            at=(6, 5),
        ),
        Invalid("from app import connector\n", at=(1, 17), others={"app.py": _HEAD + "def f():\n    " + _MADE}),
    )

    def check(self) -> None:
        module = self.source.connector
        if module is None:
            return
        self._check_arguments()
        bindings = self.source.names(module).bound.of(module.tree, "connector")
        if any(self._may_be_connector(module, binding, _IMPORTS) for binding in bindings):
            return
        probe = ast.Name("connector", ast.Load())
        if bindings or self.source.resolver.is_unbound(module, probe):
            self._report(module, bindings)

    def _check_arguments(self) -> None:
        """Connector takes what its installed signature says; whether it has an update is a rule of its own."""
        found = self.reach.connector.call
        call = found.node if found is not None else None
        if found is None or not isinstance(call, ast.Call) or not call.keywords:
            return
        known = connector_signature().parameters
        wrong = next((key for key in call.keywords if key.arg is not None and key.arg not in known), None)
        if wrong is not None:
            message = f"Connector takes no argument {wrong.arg!r}: the file cannot be loaded."
            self.report(found.module, wrong, message, hint=f"It takes {', '.join(known)}.", fixable=False)

    def _report(self, module: Module, bindings: list[Binding]) -> None:
        hint = "Write `connector = Connector(update=update, schema=schema)` at the top level of connector.py."
        made = next((call for call in self.reach.connector.calls if call.module is module), None)
        if made is not None:
            statement = next((node for node in module.ancestors(made.node) if isinstance(node, ast.stmt)), made.node)
            self.report(
                module,
                statement,
                f"The Connector is made where the SDK does not find it{_why(module, statement)}.",
                hint=hint,
            )
        elif bindings:
            place = bindings[-1].node
            self.report(module, place, "The name `connector` is no Connector.", hint=hint, fixable=False)
        else:
            self.report(module, module.tree, "connector.py makes no Connector.", hint=hint)

    def _may_be_connector(self, module: Module, binding: Binding, imports: int) -> bool:
        """False only where the SDK certainly finds no Connector in this binding."""
        if module.in_main_block(binding.node) or isinstance(binding.node, (*FUNCTIONS, ast.ClassDef)):
            return False
        if self._runs_in_main_block_only(module, binding.node):
            return False
        if isinstance(binding.node, ast.alias):
            return imports == 0 or self._may_be_imported(binding.qualified or "", imports - 1)
        if binding.value is None:
            return True
        found = self.source.resolver.value(module, binding.value)
        if isinstance(found.node, (*_NOT_CALLED, *_LITERALS)):
            return False
        name = self.source.qualified(found.module, found.node) or ""
        made = self.source.resolver.definitions.get(name.removesuffix("()"), [])
        return name == f"{CONNECTOR}()" or not any(isinstance(each.node, ast.ClassDef) for each in made)

    def _runs_in_main_block_only(self, module: Module, node: ast.AST) -> bool:
        """Whether `node` stands in a function that nothing but the main block mentions."""
        function = module.function_of(node)
        if function is None or function.decorator_list or not isinstance(module.scope_of(function), ast.Module):
            return False
        if len(self.source.modules) > 1 or module.callable_of(node) is not function:
            return False
        return all(module.in_main_block(use) for use in module.named(function.name))

    def _may_be_imported(self, name: str, imports: int) -> bool:
        owner, _, last = name.rpartition(".")
        other = self.source.resolver.modules.get(owner)
        if other is None:
            return True
        bindings = self.source.names(other).bound.of(other.tree, last)
        if bindings:
            return any(self._may_be_connector(other, binding, imports) for binding in bindings)
        return not self.source.resolver.is_unbound(other, ast.Name(last, ast.Load()))


def _why(module: Module, statement: ast.AST) -> str:
    if module.in_main_block(statement):
        return ": the main block does not run when Fivetran imports the file"
    if module.function_of(statement) is not None:
        return ": it is made inside a function"
    return ": its name is not `connector`"
