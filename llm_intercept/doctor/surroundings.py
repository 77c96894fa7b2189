"""Surroundings that are the same for everybody: no keys, addresses, proxies and profiles of the user's are seen or left behind."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from fnmatch import fnmatchcase
from io import StringIO
from tempfile import TemporaryDirectory

__all__ = ["KEPT", "plain_surroundings"]

#: The variables that stay: where programs are and how text is written, and nothing that an SDK takes for a setting.
KEPT = (
    "PATH", "PATHEXT", "LANG", "LC_*", "TZ", "TMP", "TEMP", "TMPDIR", "SYSTEMROOT", "WINDIR", "COMSPEC", "LD_LIBRARY_PATH",
    "DYLD_*", "PYTHON*", "VIRTUAL_ENV", "COVERAGE_*",
)  # fmt: skip

#: Where the system says whose files are read.
_HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")


@contextmanager
def plain_surroundings(environment: Mapping[str, str]) -> Iterator[None]:
    """A block with an empty home directory, no variables but `KEPT` and these, and nothing of an SDK's printed or logged."""
    before, disabled = dict(os.environ), logging.root.manager.disable
    kept = {name: value for name, value in before.items() if any(fnmatchcase(name.upper(), one) for one in KEPT)}
    with TemporaryDirectory(ignore_cleanup_errors=True) as home, warnings.catch_warnings():
        try:
            _have({**kept, **dict.fromkeys(_HOMES, home), "PYTHON_DOTENV_DISABLED": "1", **environment})
            logging.disable()
            warnings.simplefilter("ignore")
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                yield
        finally:
            logging.disable(disabled)
            _have(before)


def _have(variables: Mapping[str, str]) -> None:
    for name in {*os.environ} - {*variables}:
        del os.environ[name]
    os.environ.update(variables)
