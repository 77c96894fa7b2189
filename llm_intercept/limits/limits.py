"""`Limits`: how much a provider allows each key of each model."""

from __future__ import annotations

from dataclasses import dataclass, fields

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one key may ask of one model: `rpm` requests and `tpm` tokens a minute, `concurrent` answers at once.

    A minute's allowance fills again steadily, as providers' do. A call needs the tokens of what it asks; those of its answer are
    taken when it is said. Raises `TypeError` and `ValueError` for what is no limit, and where there is none.

        intercept(limits=Limits(rpm=60, tpm=10_000))
    """

    rpm: int | None = None
    tpm: int | None = None
    concurrent: int | None = None

    def __post_init__(self) -> None:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        for name, value in given.items():
            if value is not None and type(value) is not int:
                raise TypeError(f"Limits({name}={value!r}): a whole number is wanted")
            if value is not None and value < 1:
                raise ValueError(f"Limits({name}={value!r}): at least 1")
        if not any(given.values()):
            raise TypeError(f"Limits(): give at least one of {', '.join(given)}")
