"""Every reply posted to every kind, and what its judge said of every document, once a session."""

from __future__ import annotations

from functools import cache

from llm_intercept.doctor import installed as here
from llm_intercept.doctor.judges import DISTRIBUTIONS, judges_of
from llm_intercept.doctor.wires import judged as wires
from llm_intercept.doctor.wires.judged import PARTS, Judged
from llm_intercept.doctor.wires.operations import WIRES
from llm_intercept.doctor.wires.replies import REPLIES

__all__ = ["PARTS", "Judged", "installed", "judged", "major"]


def installed(sdk: str) -> bool:
    """Whether there is such an SDK."""
    return here.version_of(DISTRIBUTIONS[sdk]) is not None


def major(sdk: str) -> int:
    """The major of the SDK that is installed."""
    version = here.version_of(DISTRIBUTIONS[sdk])
    assert version is not None
    return here.major(version)


_judges = cache(judges_of)


@cache
def judged(name: str, part: str) -> Judged:
    """Every reply and every request of a kind."""
    kind = WIRES[name]
    return wires.findings(kind, part, _judges(kind.sdk)[f"{kind.judge} {part}"], REPLIES)
