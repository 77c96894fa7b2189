"""Fake credentials: a missing key variable is filled while somebody needs it, and taken out again if it is still ours.

A cloud's credential is no variable of Bedrock's or Vertex's alone, so none is filled: its SDKs ask the machine's metadata service
last, after every variable, profile and role, and that is answered (see `sidecalls`) where there is nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from llm_intercept.providers import PROVIDERS, Provider
from llm_intercept.sidecalls import FAKE_KEY

__all__ = ["CLOUDS", "FAKE_KEY", "Cloud", "Keys"]


@dataclass(frozen=True, slots=True)
class Cloud:
    """A cloud whose services share their credentials.

    `keys` are the variables and `profiles` the files that give one; `maker` is what the firmware of its own machines says, to which
    the metadata service gives one.
    """

    name: str
    keys: tuple[str, ...]
    profiles: tuple[str, ...]
    maker: str


CLOUDS: tuple[Cloud, ...] = (
    Cloud("aws",
          ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN",
           "AWS_BEARER_TOKEN_BEDROCK", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
           "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"),
          ("~/.aws/credentials", "~/.aws/config"),
          "Amazon EC2"),
    Cloud("google",
          ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_GENAI_ACCESS_TOKEN", "CLOUDSDK_CONFIG", "GCE_METADATA_HOST",
           "GCE_METADATA_ROOT", "GCE_METADATA_IP", "K_SERVICE", "CLOUD_RUN_JOB", "GAE_APPLICATION", "FUNCTION_TARGET"),
          ("~/.config/gcloud/application_default_credentials.json",
           "~/AppData/Roaming/gcloud/application_default_credentials.json"),
          "Google"),
    Cloud("microsoft",
          ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE",
           "AZURE_USERNAME", "IDENTITY_ENDPOINT", "MSI_ENDPOINT"),
          ("~/.azure/msal_token_cache.json", "~/.azure/msal_token_cache.bin"),
          "Microsoft Corporation"),
)  # fmt: skip

#: Where Linux says who made the machine, and as what.
_FIRMWARE = ("/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/product_name")


class Keys:
    """The process's fake credentials: as many `fill` as `clear`, in any order."""

    def __init__(self) -> None:
        self._users = 0
        #: What each filled variable held before, as both are stored: nothing, or an empty text.
        self._filled: dict[Any, Any] = {}
        #: The providers and clouds that had no credential.
        self._lacking: set[str] = set()
        self._lock = Lock()

    def fill(self) -> None:
        """Fill one variable for each provider that has no credential."""
        with self._lock:
            store, variables = _store()
            fake = store.fake
            there = {key: variables.get(key) for key in store.names.keys() & variables.keys()}
            real = frozenset([store.names[key] for key, value in there.items() if value and value != fake])
            lacking, fakes = _lacking(real, _profiled(), store.raw)
            self._lacking.update(lacking)
            empty = {key: there[key] for key in there.keys() & fakes.keys() if there[key] != fake}
            self._filled = {**dict.fromkeys(fakes), **empty, **self._filled}  # what was first there is what comes back
            variables.update({key: fake for key in fakes if there.get(key) != fake})
            self._users += 1

    def clear(self) -> None:
        """Take the fakes out when the last user is gone; a value that somebody set meanwhile stays."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
            store, variables = _store()
            fake = store.fake
            for key, before in self._filled.items():
                value = variables.get(key)
                if value is fake and before is None:  # as mostly
                    del variables[key]
                elif value == fake:
                    if before is not None:
                        os.environ[store.names[key]] = ""
                    else:  # somebody has set it again, for other programs as well
                        del os.environ[store.names[key]]
            self._filled.clear()
            self._lacking.clear()

    def stand_in(self, name: str) -> bool:
        """Whether a provider or cloud had no credential when we filled, and has none now: then we answer for it."""
        if name not in self._lacking:
            return False
        one = _BY_NAME[name]
        return not (
            any(os.environ.get(key, "") not in ("", FAKE_KEY) for key in one.keys)
            or any(_is_there(profile, os.path.expanduser("~")) for profile in one.profiles)
            or (isinstance(one, Cloud) and any(_says(path, one.maker) for path in _FIRMWARE))
        )


_BY_NAME: dict[str, Provider | Cloud] = {
    **{provider.name: provider for provider in PROVIDERS},
    **{cloud.name: cloud for cloud in CLOUDS},
}

#: The providers that have variables, and the names of all variables that give a credential.
_KEYED = tuple(provider for provider in PROVIDERS if provider.keys)
_VARIABLES = frozenset(name for one in _BY_NAME.values() for name in one.keys)
_PROFILES = tuple(dict.fromkeys(profile for one in _KEYED for profile in one.profiles))


@lru_cache(maxsize=64)
def _lacking(real: frozenset[str], profiled: frozenset[str], raw: bool) -> tuple[tuple[str, ...], dict[Any, Any]]:
    """Who has no credential where these variables and files give some, and the fakes to fill in for them.

    Nothing is filled for a cloud, so that its files and firmware are looked at when somebody asks whether we stand in.
    """
    lacking = [one for one in _KEYED if real.isdisjoint(one.keys) and profiled.isdisjoint(one.profiles)]
    clouds = [cloud.name for cloud in CLOUDS if real.isdisjoint(cloud.keys)]
    store = _RAW if raw else _PLAIN
    return (*(one.name for one in lacking), *clouds), {store.keys[one.keys[0]]: store.fake for one in lacking}


class _Store(NamedTuple):
    """How variables are kept: each one's key and the name of each key, and the fake as its value.

    `raw` is whether that is as the system has them, past `os.environ`.
    """

    raw: bool
    keys: Mapping[str, Any]
    names: Mapping[Any, str]
    fake: Any


def _store() -> tuple[_Store, MutableMapping[Any, Any]]:
    """How `os.environ` keeps its variables, and in what.

    Of that Python alone knows: a fake is none for other programs, whose calls we do not answer.

    To tell the C library of some fifty variables, and to encode them again, would be half of what a block costs.
    """
    variables = getattr(os.environ, "_data", None)
    return (_PLAIN, os.environ) if variables is None else (_RAW, variables)


def _stored(raw: bool, encode: Callable[[str], Any], fake: Any) -> _Store:
    keys = {name: encode(name) for name in _VARIABLES}
    return _Store(raw, keys, {key: name for name, key in keys.items()}, fake)


_PLAIN = _stored(False, str, FAKE_KEY)
_RAW = _stored(True, os.environ.encodekey, os.environ.encodevalue(FAKE_KEY))


def _profiled() -> frozenset[str]:
    """The profiles that there are."""
    home = os.path.expanduser("~")
    return frozenset([profile for profile in _PROFILES if _is_there(profile, home)])


def _is_there(profile: str, home: str) -> bool:
    """Whether there is a profile; not where the home directory is unknown, or may not be read: no SDK finds one there either."""
    return os.access(home + profile[1:], os.R_OK)  # a third of what `isfile` takes, which raises and catches where nothing is


@cache
def _says(path: str, maker: str) -> bool:
    """Whether the firmware tells a maker, which is the same as long as the process lives."""
    try:
        return Path(path).read_text(encoding="utf-8").startswith(maker)
    except OSError:  # another system, or a container that is shown none of it
        return False
