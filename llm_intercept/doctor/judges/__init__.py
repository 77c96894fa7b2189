"""The installed SDKs' own models as strict judges of what we send.

`judges_of("openai")` is a table from a name such as `"chat body"`, `"chat event"` or `"chat error"` to a judge, and `Pydantic`,
`Typed` and `Service` make one of any other type. All have one method: `judge.check(document)` raises `ValueError` where a type is
wrong (nothing is coerced), a required field is missing or an enum has no such member, and returns the paths that the model does not
know, written as in `paths`.

    assert judges_of("openai")["chat body"].check(answer.body) == []
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llm_intercept.doctor.judges.judge import Judge, Refused
from llm_intercept.doctor.judges.pydantic import Enveloped, Pydantic
from llm_intercept.doctor.judges.service import Service
from llm_intercept.doctor.judges.table import DISTRIBUTIONS, JUDGES
from llm_intercept.doctor.judges.typed import Loose, Typed

__all__ = [
    "DISTRIBUTIONS",
    "JUDGES",
    "Enveloped",
    "Judge",
    "Judges",
    "Loose",
    "Pydantic",
    "Refused",
    "Service",
    "Typed",
    "judges_of",
]


class Judges(Mapping[str, Judge]):
    """The judges of one SDK, each made when it is asked for."""

    def __init__(self, sdk: str) -> None:
        self.sdk = sdk
        self._made: dict[str, Judge] = {}

    def __getitem__(self, name: str) -> Judge:
        if name not in self._made:
            self._made[name] = JUDGES[self.sdk][name].judge()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(JUDGES[self.sdk])

    def __len__(self) -> int:
        return len(JUDGES[self.sdk])


def judges_of(sdk: str) -> Judges:
    """The judges of an SDK, of the models that it has now."""
    return Judges(sdk)
