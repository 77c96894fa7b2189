"""Each library in each way in, as fixtures."""

from __future__ import annotations

import pytest

from tests.transports.libraries import LIBRARIES, WAYS, Library

_named = {f"{library.name}-{way}": (library, way) for library, way in WAYS}


@pytest.fixture(params=list(_named))
def reached(request: pytest.FixtureRequest) -> tuple[Library, str]:
    """A library, and the way in which it is caught."""
    found: tuple[Library, str] = _named[request.param]
    return found


@pytest.fixture(params=[name for name, (library, _) in _named.items() if library.asynchronous])
def async_reached(request: pytest.FixtureRequest) -> tuple[Library, str]:
    """The same, for libraries on an event loop."""
    found: tuple[Library, str] = _named[request.param]
    return found


@pytest.fixture(params=LIBRARIES, ids=lambda library: library.name)
def library(request: pytest.FixtureRequest) -> Library:
    """A library."""
    found: Library = request.param
    return found
