"""What is installed, whether it is caught, and whether what we send is what its models say: drift found offline, in anybody's CI.

`examine()` asks every SDK that is installed (`probes`, `asked`) in surroundings that are the same for everybody (`surroundings`)
and in a process that nothing leaves (`sealed`), has its models (`judges`) judge what is said on its wires (`wires`, `verdict`), and
gives a `Report`.
"""

from __future__ import annotations

from llm_intercept.doctor.examination import Tell, examine
from llm_intercept.doctor.report import Examined, Report, Wire

__all__ = ["Examined", "Report", "Tell", "Wire", "examine"]
