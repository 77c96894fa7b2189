"""The files of a playbook as plain values that know their lines: one reader a format.

To add a format: a function from a text to its value and its lines, and one entry in `FORMATS`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from os import PathLike, fspath
from pathlib import Path
from typing import Any, NamedTuple

from llm_intercept.errors import near
from llm_intercept.playbook.problems import Problem

__all__ = ["FORMATS", "Document", "documents"]

#: Where a value stands: keys and indexes from the root.
At = tuple[str | int, ...]

#: A value, and the lines of what is in it.
Read = tuple[Any, Mapping[At, int]]


class Wrong(Exception):
    """A text that is none of its format."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line, self.text = line, text


class Document(NamedTuple):
    """A file, its value, and the lines of what is in it."""

    file: str
    value: Any
    lines: Mapping[At, int]

    def line(self, at: At) -> int:
        """The line of a place, or of the nearest one around it."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 1)


def documents(paths: Iterable[str | PathLike[str]], problems: list[Problem]) -> Iterator[Document]:
    """The documents of these files; a folder is all of its playbooks, by name. What is wrong goes to `problems`.

    The schema that editors want beside the playbooks is none.
    """
    for given in paths:
        path = Path(given)
        found = sorted(filter(_is_playbook, path.iterdir())) if path.is_dir() else [path]
        if not found:
            problems.append(Problem(fspath(given), 1, f"there is no playbook in this folder: none ends in {', '.join(FORMATS)}"))
        for file in found:
            try:
                yield Document(str(file), *_read(file))
            except Wrong as wrong:
                problems.append(Problem(str(file), wrong.line, wrong.text))


def _is_playbook(file: Path) -> bool:
    return file.suffix in FORMATS and not file.name.endswith(".schema.json")


def _read(file: Path) -> Read:
    reader = FORMATS.get(file.suffix.lower())
    if reader is None:
        raise Wrong(1, f"a playbook is a file that ends in {', '.join(FORMATS)}; {near(file.suffix, FORMATS)}")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as wrong:
        raise Wrong(1, f"it cannot be read: {wrong}") from None
    return reader(text)


def _installed(module: str, extra: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise Wrong(1, f"reading it needs {module}: pip install 'llm-intercept[{extra}]'") from None


#: The tags that a document without tags has.
_KNOWN = {f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str", "int", "float", "bool", "null")}


def _yaml(text: str) -> Read:
    yaml = _installed("yaml", "yaml")

    class Loader(yaml.SafeLoader):  # type: ignore[misc,name-defined]
        """YAML as most people read it: `on`, `yes` and `no` are words, and a date is a text."""

        yaml_implicit_resolvers = {
            first: [(tag, regex) for tag, regex in known if not tag.endswith((":bool", ":timestamp"))]
            for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false|True|False|TRUE|FALSE)$"), list("tTfF"))
    lines: dict[At, int] = {}
    loader = Loader(text)

    def value(node: Any, at: At, around: tuple[Any, ...] = ()) -> Any:
        line = node.start_mark.line + 1
        lines.setdefault(at, line)
        if node in around:
            raise Wrong(line, "this refers to itself")
        if node.tag not in _KNOWN:
            raise Wrong(line, f"what is tagged {node.tag!r} is not for a playbook")
        if isinstance(node, yaml.MappingNode):
            return mapping(node, at, (*around, node))
        if isinstance(node, yaml.SequenceNode):
            return [value(one, (*at, index), (*around, node)) for index, one in enumerate(node.value)]
        return loader.construct_object(node)

    def mapping(node: Any, at: At, around: tuple[Any, ...]) -> dict[Any, Any]:
        own = set()
        for key, _ in node.value:
            if key.value in own:
                raise Wrong(key.start_mark.line + 1, f"the key {key.value!r} stands here twice")
            own.add(key.value)
        loader.flatten_mapping(node)  # what `<<` brings along stands before the mapping's own
        made = {}
        for key, inner in node.value:
            name = loader.construct_object(key)
            place = (*at, name)
            lines[place] = key.start_mark.line + 1
            made[name] = value(inner, place, around)
        return made

    try:
        node = loader.get_single_node()
        return (None if node is None else value(node, ())), lines
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        said = getattr(wrong, "problem", None) or str(wrong).partition("\n")[0]
        raise Wrong(mark.line + 1 if mark else 1, f"this is no YAML: {said}") from None


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def _json(text: str) -> Read:
    try:
        made = json.loads(text)
    except ValueError as wrong:
        line = getattr(wrong, "lineno", 1)
        raise Wrong(line, f"this is no JSON: {getattr(wrong, 'msg', wrong)}") from None
    lines: dict[At, int] = {}
    tokens = ((match[0], text.count("\n", 0, match.start()) + 1) for match in _TOKEN.finditer(text))

    def walk(one: str, line: int, at: At) -> None:
        lines.setdefault(at, line)
        if one == "{":
            while (key := next(tokens))[0] != "}":
                if key[0] != ",":
                    place = (*at, json.loads(key[0]))
                    if place in lines:
                        raise Wrong(key[1], f"the key {place[-1]!r} stands here twice")
                    lines[place] = key[1]
                    next(tokens)
                    walk(*next(tokens), place)
        elif one == "[":
            index = 0
            while (inner := next(tokens))[0] != "]":
                if inner[0] != ",":
                    walk(*inner, (*at, index))
                    index += 1

    walk(*next(tokens), ())
    return made, lines


_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def _toml(text: str) -> Read:
    module = _installed(*(("tomllib", "toml") if sys.version_info >= (3, 11) else ("tomli", "toml")))
    try:
        made = module.loads(text)
    except ValueError as wrong:
        found = re.search(r" \(at line (\d+), column \d+\)", str(wrong))
        said = str(wrong).replace(found[0], "") if found else str(wrong).replace(" (at end of document)", "")
        raise Wrong(int(found[1]) if found else text.count("\n") + 1, f"this is no TOML: {said}") from None
    lines: dict[At, int] = {}
    tables: dict[At, int] = {}
    around: At = ()
    for number, line in enumerate(text.splitlines(), 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            around = ()
            for part in _parts(header[2]):
                around = (*around, part)
                around = (*around, tables[around]) if around in tables and around != tuple(_parts(header[2])) else around
            if header[1] == "[[":
                tables[around] = tables.get(around, -1) + 1
                around = (*around, tables[around])
            lines.setdefault(around, number)
        elif key:
            lines.setdefault((*around, *_parts(key[1])), number)
    return made, lines


def _parts(dotted: str) -> list[str]:
    return [one.strip().strip("\"'") for one in dotted.split(".")]


#: How a file is read, by the end of its name.
FORMATS: Mapping[str, Callable[[str], Read]] = {".yaml": _yaml, ".yml": _yaml, ".json": _json, ".toml": _toml}
