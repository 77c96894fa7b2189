"""The flow, drawn from the stages that packages say they are; and the libraries, from the table of transports."""

from __future__ import annotations

import re
from collections import defaultdict

from llm_intercept import dialects, exchange, replies, rules, transports

__all__ = ["flow", "libraries", "stages"]

#: The packages that are stages of the flow; their docstrings begin with what they do, and as which.
STAGES = (transports, dialects, rules, replies)


def stages() -> list[tuple[int, str, str]]:
    """Number, verb and folder of each stage, in order."""
    found = []
    for package in STAGES:
        doing = (package.__doc__ or "").partition(":")[0]
        found += [(int(number), verb, package.__name__.rpartition(".")[2]) for number, verb in re.findall(r"(\d) (\w+)", doing)]
    return sorted(found)


def values() -> list[str]:
    """What goes from each stage to the next, as the exchange's first line has it."""
    return re.findall(r"[A-Z]\w+(?= ->)|(?<=-> )[A-Z]\w+", (exchange.__doc__ or "").splitlines()[0].partition(". ")[2])


def flow() -> str:
    """The stages, with what goes between them."""
    lines = ["```mermaid", "flowchart LR"]
    lines += [f'  s{number}["{number} {verb}<br/>{folder}/"]' for number, verb, folder in stages()]
    lines += [f"  s{number} -- {value} --> s{number + 1}" for number, value in enumerate(values(), 1)]
    return "\n".join([*lines, "```"])


def libraries() -> str:
    """Which modules each transport waits for."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for module, file in transports.TRANSPORTS.items():
        waiting[file].append(module)
    lines = ["```mermaid", "flowchart LR"]
    for file, modules in sorted(waiting.items()):
        name = file.removeprefix("llm_intercept.").replace(".", "/")
        number = file.rpartition(".")[2]
        lines.append(f'  m_{number}["{"<br/>".join(modules)}"] --> {number}["{name}.py"]')
    return "\n".join([*lines, "```"])
