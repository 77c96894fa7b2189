"""These tests need every SDK at once: they run in an environment of their own, `nox -s everywhere`."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("mistralai") else ["*.py"]
