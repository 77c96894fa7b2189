"""A value that a schema allows, the same for the same schema and seed, with words and numbers that read well."""

from __future__ import annotations

from typing import Any

from llm_intercept.schema.chance import Chance
from llm_intercept.schema.keywords import shown
from llm_intercept.schema.maker import Maker, Where
from llm_intercept.schema.misfit import Judge
from llm_intercept.schema.references import Unsatisfiable, document
from llm_intercept.schema.steps import finish
from llm_intercept.schema.told import told

__all__ = ["instance"]


def instance(schema: Any, seed: str) -> Any:
    """A value that a schema allows, the same for the same schema and seed.

    It reads as well as names, formats, examples and bounds make it, and is no deeper than it must be where the schema leads back
    to itself. A schema that says nothing but `{"type": "object"}` gives what JSON mode says. Raises `Unsatisfiable`, a
    `ValueError`, for a schema that nothing satisfies, that cannot be read, or that we find no value for. What its descriptions tell
    of bounds is kept to where that can be: a model would, and the SDK that moved it there looks.
    """
    try:
        hinted = told(schema)
    except RecursionError:
        hinted = schema
    if hinted is not schema:
        try:
            return _made(hinted, seed)
        except Unsatisfiable:
            pass  # a description binds nobody
    return _made(schema, seed)


def _made(schema: Any, seed: str) -> Any:
    whole = document(schema)
    value = finish(Maker(whole).make((whole.root,), Where(Chance(seed))))
    wrong = Judge(whole).misfit(value, whole.root)
    if wrong is not None:
        raise Unsatisfiable(
            wrong.schema_path, f"the value that was found has {shown(wrong.found)} at {wrong.path}, not {wrong.wanted}"
        )
    return value
