"""The examination: every SDK that is installed is imported, asked in each of its ways, and judges what we send."""

from __future__ import annotations

import gc
import platform
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

import llm_intercept
from llm_intercept.doctor.asked import asked
from llm_intercept.doctor.installed import version_of
from llm_intercept.doctor.judges import DISTRIBUTIONS, judges_of
from llm_intercept.doctor.probes import PROBES, Probe
from llm_intercept.doctor.report import Examined, Report, Wire
from llm_intercept.doctor.sealed import sealed
from llm_intercept.doctor.surroundings import plain_surroundings
from llm_intercept.doctor.unseen import unseen
from llm_intercept.doctor.verdict import judged
from llm_intercept.doctor.wires.operations import WIRES
from llm_intercept.errors import InterceptFailure

__all__ = ["Tell", "examine"]

#: Told of each step: how many are done, of how many, and what the next one is.
Tell = Callable[[int, int, str], None]


def examine(only: Collection[str] = (), tell: Tell = lambda *_: None, probes: Sequence[Probe] = PROBES) -> Report:
    """What is found of the SDKs that are installed, or of `only` some, by their distributions' names."""
    wanted = [probe for probe in probes if not only or probe.distribution in only]
    versions = {probe: version for probe in wanted if (version := version_of(probe.distribution)) is not None}
    steps = 2 * len(versions)
    with plain_surroundings({name: value for probe in probes for name, value in probe.environment.items()}), _uncollected():
        # All are imported first: what one brings along decides how another calls, whichever is asked first.
        broken = {}
        for done, probe in enumerate(versions):
            tell(done, steps, f"importing {probe.distribution}")
            broken[probe] = _imported(probe)
        gc.freeze()
        examined = []
        for done, (probe, version) in enumerate(versions.items(), len(versions)):
            tell(done, steps, f"examining {probe.distribution}")
            examined.append(_examined(probe, version, broken[probe]))
        found = unseen(only)
    tell(steps, steps, "done")
    return Report(
        tuple(examined),
        found,
        tuple(probe.distribution for probe in wanted if probe not in versions),
        {"llm_intercept": llm_intercept.__version__, "python": platform.python_version()},
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """A block whose garbage is collected at its end, among what was made after the imports: all of it takes a third of the time.

    What SDKs leave unclosed complains there, where nobody is bothered.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        if collecting:
            gc.enable()


def _imported(probe: Probe) -> str | None:
    """Import an SDK; why that cannot be done, if it cannot."""
    try:
        with sealed():
            for name in probe.modules:
                import_module(name)
    except (Exception, InterceptFailure) as error:
        return f"{type(error).__name__}: {error}"
    return None


def _examined(probe: Probe, version: str, broken: str | None) -> Examined:
    if broken is not None:
        return Examined(probe.distribution, version, probe.state, broken=broken)
    calls = tuple(asked(probe, client, way) for client, ways in probe.clients.items() for way in ways)
    wires = tuple(_wires(probe.distribution, version))
    return Examined(probe.distribution, version, probe.state, calls, wires, probe.vendored)


def _wires(distribution: str, version: str) -> Iterator[Wire]:
    judges = {sdk: judges_of(sdk) for sdk, name in DISTRIBUTIONS.items() if name == distribution}
    for name, kind in WIRES.items():
        if kind.sdk in judges:
            yield from judged(name, kind, judges[kind.sdk], version)
