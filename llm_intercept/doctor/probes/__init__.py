"""How every SDK is asked once in each of its ways: a table, and the values that it is made of."""

from __future__ import annotations

from llm_intercept.doctor.probes.probe import WAYS, Ask, Made, Probe, State
from llm_intercept.doctor.probes.table import PROBES

__all__ = ["PROBES", "WAYS", "Ask", "Made", "Probe", "State"]
