"""The command line: the second door to the same functions. mcp is imported only by the commands that need it."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from .settings import Settings

_EPILOG = """\
examples:
  connector-sdk-mcp                                      serve over stdio, as an MCP client starts it
  connector-sdk-mcp --workspace ~/connectors tools       what a client can call
  connector-sdk-mcp call validate_connector '{"project": "orders"}'
  connector-sdk-mcp call run_debug_sync @arguments.json  waits for the end of the run
  connector-sdk-mcp validate orders --format json        exit 1 when there is an error
  connector-sdk-mcp validate . --format sarif > findings.sarif
  connector-sdk-mcp validate orders --fix                changes what can be changed safely, after a backup
  connector-sdk-mcp validate . --write-baseline          then only new findings are shown
  connector-sdk-mcp doctor --prune 30                    what it stands on; old environments go
  connector-sdk-mcp demo                                 the whole job on a fresh connector
"""


def main(argv: list[str] | None = None) -> None:
    """Runs one command and exits: 0, 1 when a tool refused or a check failed, 2 for wrong usage."""
    arguments = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a character gets its code, not a crash.
            stream.reconfigure(errors="backslashreplace")
    try:
        code: int = arguments.run(arguments)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more at exit.
        sys.stderr.close()
        code = 1
    sys.exit(code)


def settings_of(arguments: argparse.Namespace) -> Settings:
    """The settings of a command line."""
    given: list[str] = getattr(arguments, "workspace", None) or []
    return Settings(workspace=tuple(Path(path).expanduser() for path in given)) if given else Settings()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="connector-sdk-mcp",
        description="An MCP server that builds Fivetran Connector SDK connectors and proves that they work.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('connector-sdk-mcp')}")
    _add_workspace(parser, None)
    parser.set_defaults(run=_serve, transport="stdio")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        _add_workspace(added, argparse.SUPPRESS)
        added.set_defaults(run=run)
        return added

    serve = command("serve", _serve, "serve MCP, by default over stdio")
    serve.add_argument("--transport", choices=["stdio"], default="stdio", help="stdio is the only one so far")
    call = command("call", _call, "call one tool and print its result as one JSON document")
    call.add_argument("tool", metavar="TOOL", help="a name that `tools` lists")
    call.add_argument("arguments", metavar="JSON", nargs="?", default="{}", help="JSON, @FILE, or - for standard input")
    tools = command("tools", _tools, "list the tools")
    tools.add_argument("--json", action="store_true", help="names, descriptions and schemas as JSON")
    read = command("read", _read, "print the text of a csdk:// address, like csdk://rules")
    read.add_argument("uri", metavar="URI", help="csdk://instructions, csdk://sdk/errors, csdk://rules/RULE_ID, ...")
    validate = command("validate", _validate, "check connectors against the rules; exit 1 on errors")
    validate.add_argument("paths", metavar="PATH", nargs="+", help="a project, or a folder that holds several")
    _add_validate_arguments(validate)
    doctor = command("doctor", _doctor, "tell what the server stands on; list and prune the environments that it built")
    doctor.add_argument(
        "--prune", metavar="DAYS", type=float, help="remove environments that no run has used for so many days"
    )
    demo = command("demo", _demo, "scaffold, validate, sync and query a fresh connector, step by step")
    demo.add_argument(
        "folder", metavar="DIR", nargs="?", help="where to leave the connector; default a temporary folder"
    )
    return parser


def _add_validate_arguments(parser: argparse.ArgumentParser) -> None:
    forms = ["text", "json", "sarif", "github"]
    parser.add_argument("--format", choices=forms, default="text", help="how to print the findings")
    rules = "rule ids, separated by commas; repeatable"
    parser.add_argument("--select", metavar="IDS", action="append", default=[], help=f"only these: {rules}")
    parser.add_argument("--ignore", metavar="IDS", action="append", default=[], help=f"not these: {rules}")
    severities = ["error", "warning", "info"]
    parser.add_argument("--min-severity", choices=severities, default="info", help="leave out lighter findings")
    fix = "make the fixes that are safe, after a backup, and tell what was done; exit 1 by the errors that remain"
    parser.add_argument("--fix", action="store_true", help=fix)
    baseline = "accept what is found now: from then on only new findings are shown"
    parser.add_argument("--write-baseline", action="store_true", help=baseline)


def _add_workspace(parser: argparse.ArgumentParser, default: object) -> None:
    parser.add_argument(
        "--workspace",
        metavar="DIR",
        action="append",
        default=default,
        help="folder in which work is allowed; repeatable",
    )


def _serve(arguments: argparse.Namespace) -> int:
    from .app import build_server
    from .stdio import serve_stdio

    serve_stdio(build_server(settings_of(arguments)))
    return 0


def _call(arguments: argparse.Namespace) -> int:
    from .commands.call import call

    return call(settings_of(arguments), arguments.tool, arguments.arguments)


def _tools(arguments: argparse.Namespace) -> int:
    from .commands.call import list_tools

    return list_tools(settings_of(arguments), as_json=arguments.json)


def _read(arguments: argparse.Namespace) -> int:
    from .commands.read import read

    return read(settings_of(arguments), arguments.uri)


def _validate(arguments: argparse.Namespace) -> int:
    from ..tools.validate.models import Severity
    from .commands.validate import Choice, validate_paths

    if arguments.fix and (arguments.write_baseline or arguments.format not in ("text", "json")):
        print("--fix prints text or json, and does not go with --write-baseline.", file=sys.stderr)
        return 2
    if any(not _ids([given]) for given in (*arguments.select, *arguments.ignore)):
        print(
            "--select and --ignore need rule ids, separated by commas; `read csdk://rules` lists them.", file=sys.stderr
        )
        return 2
    choice = Choice(_ids(arguments.select), _ids(arguments.ignore), Severity(arguments.min_severity))
    if arguments.fix:
        from .commands.fix import fix_paths

        return fix_paths(arguments.paths, arguments.format, choice)
    return validate_paths(arguments.paths, arguments.format, choice, write_baseline=arguments.write_baseline)


def _ids(given: list[str]) -> list[str]:
    return [part.strip() for text in given for part in text.split(",") if part.strip()]


def _doctor(arguments: argparse.Namespace) -> int:
    from .commands.doctor import doctor

    return doctor(settings_of(arguments), arguments.prune)


def _demo(arguments: argparse.Namespace) -> int:
    from ..tools.demo.walk import walk

    return walk(Path(arguments.folder) if arguments.folder else None, print)
