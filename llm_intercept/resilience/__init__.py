"""The verdict on how a caller took what went wrong, read from the journal."""

from llm_intercept.resilience.verdict import Resilience, judge

__all__ = ["Resilience", "judge"]
