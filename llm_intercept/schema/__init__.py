"""JSON schemas: what fits one, and a value that does."""

from llm_intercept.schema.instance import instance
from llm_intercept.schema.misfit import Misfit, misfit
from llm_intercept.schema.references import Unsatisfiable
from llm_intercept.schema.spelled import spelled

__all__ = ["Misfit", "Unsatisfiable", "instance", "misfit", "spelled"]
