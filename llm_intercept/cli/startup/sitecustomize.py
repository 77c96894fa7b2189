"""Python runs this as it starts, where `llm-intercept run` has put this folder first on `PYTHONPATH`.

It answers the interpreter's LLM calls from here on, and then runs the `sitecustomize` that it stands before, if there is one.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec

__all__: list[str] = []


def _begin() -> None:
    try:
        from llm_intercept.cli.child import begin
    except Exception as error:  # an old Python cannot even read it
        _refuse(f"cannot import llm_intercept ({error})", "Install llm_intercept there, too.")
    try:
        begin()
    except Exception as error:
        _refuse(f"cannot be answered ({type(error).__name__}: {error})", "It was not started.")


def _refuse(why: str, way: str) -> None:
    sys.stderr.write(f"llm-intercept run: {sys.executable} {why}, and its LLM calls would be real. {way}\n")
    sys.stderr.flush()
    os._exit(1)  # an exception would be printed, and the program run all the same


def _go_on() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    shadowed = PathFinder.find_spec("sitecustomize", [path for path in sys.path if os.path.abspath(path) != here])
    if shadowed is not None and shadowed.loader is not None:
        sys.modules["sitecustomize"] = module = module_from_spec(shadowed)
        shadowed.loader.exec_module(module)


if __name__ == "sitecustomize":
    _begin()
    _go_on()
