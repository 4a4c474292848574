"""Writes groups.py of the client for Python: a class for each group of operations, with a method for each function that the generator made.

python-groups.py <folder of switchboard_client>
"""

import ast
import keyword
import sys
from pathlib import Path

HEAD = '''from __future__ import annotations

import builtins
import datetime
from typing import Any, Literal
from uuid import UUID

from .client import AuthenticatedClient
from .error import unknown_answer
from .models.failure import Failure
from .models import *
from .types import UNSET, File, Unset


class _Group:
    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client
'''

# Failures are raised before, and the generated functions name them all the same.
CHECKED = """answer = operation.sync({call})
        if answer is None or isinstance(answer, Failure):
            raise unknown_answer()
        return answer"""

# A call of these would not end; `sb.events(…)` is for that.
WITHOUT_END = ("events_stream", "events_socket")


class Qualified(ast.NodeTransformer):
    """A method may be called `list`, and hides the type of that name."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in ("list", "type", "set"):
            return node
        return ast.Attribute(ast.Name("builtins"), node.id)


def written(annotation: ast.expr | None) -> str:
    return "None" if annotation is None else ast.unparse(Qualified().visit(annotation))


def members(annotation: ast.expr | None) -> list[ast.expr]:
    if isinstance(annotation, ast.BinOp):
        return members(annotation.left) + members(annotation.right)
    return [] if annotation is None else [annotation]


def taken(module: ast.Module) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}


def parameters(args: ast.arguments) -> tuple[list[str], list[str]]:
    """As the method takes them, and as it hands them over."""
    takes, hands = ["self"], []
    for arg in args.args:
        takes.append(f"{arg.arg}: {written(arg.annotation)}")
        hands.append(arg.arg)
    named = [pair for pair in zip(args.kwonlyargs, args.kw_defaults) if pair[0].arg != "client"]
    if named:
        takes.append("*")
    hands.append("client=self._client")
    for arg, default in named:
        value = "" if default is None else f" = {ast.unparse(default)}"
        takes.append(f"{arg.arg}: {written(arg.annotation)}{value}")
        hands.append(f"{arg.arg}={arg.arg}")
    return takes, hands


def method(group: str, name: str, file: Path) -> str:
    functions = taken(ast.parse(file.read_text("utf-8")))
    sync = functions.get("sync")
    function = sync or functions["sync_detailed"]
    takes, hands = parameters(function.args)
    gives = [one for one in members(sync.returns if sync else None) if ast.unparse(one) not in ("Failure", "None")]
    call = ", ".join(hands)
    if sync is None or [ast.unparse(one) for one in gives] in ([], ["Any"]):
        answer, body = "bytes", f"return operation.sync_detailed({call}).content"
    else:
        answer, body = " | ".join(written(one) for one in gives), CHECKED.format(call=call)
    words = (ast.get_docstring(function) or "").split("\nArgs:")[0].split("\nRaises:")[0].strip()
    said = words.replace("\\", "\\\\").replace('"""', "'''")
    said = "\n".join(f"        {line.strip()}".rstrip() for line in said.split("\n")).strip()
    return f'''
    def {name}({", ".join(takes)}) -> {answer}:
        """{said}
        """
        from .api.{group} import {file.stem} as operation

        {body}
'''


def name_of(group: str, stem: str) -> str:
    name = stem.removeprefix(f"{group}_")
    return f"{name}_" if keyword.iskeyword(name) else name


def main(folder: Path) -> None:
    parts, groups = [HEAD], {}
    for place in sorted(path for path in (folder / "api").iterdir() if path.is_dir() and path.name != "__pycache__"):
        group = place.name
        groups[group] = "".join(part.capitalize() for part in group.split("_")) + "Operations"
        files = sorted(file for file in place.glob("*.py") if file.stem not in ("__init__", *WITHOUT_END))
        methods = [method(group, name_of(group, file.stem), file) for file in files]
        parts.append(f"\n\nclass {groups[group]}(_Group):{''.join(methods)}")
    # Events can also be followed, and are put there by hand.
    fields = [f"        self.{group} = {name}(client)" for group, name in groups.items() if group != "events"]
    parts.append("\n\nclass Groups:\n    def __init__(self, client: AuthenticatedClient) -> None:\n")
    (folder / "groups.py").write_text("".join(parts) + "\n".join(fields) + "\n", "utf-8")


main(Path(sys.argv[1]))
