"""Fake credentials: a missing key variable is filled while somebody needs it, and taken out again if it is still ours.

A cloud's credential is no variable of Bedrock's or Vertex's alone, so none is filled: its SDKs ask the machine's metadata service
last, after every variable, profile and role, and that is answered (see `sidecalls`) where there is nothing else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

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
        #: What each filled variable held before: nothing, or an empty text.
        self._filled: dict[str, str | None] = {}
        #: The providers and clouds that had no credential.
        self._lacking: set[str] = set()
        self._lock = Lock()

    def fill(self) -> None:
        """Fill one variable for each provider that has no credential."""
        with self._lock:
            lacking = [one for one in _BY_NAME.values() if one.keys and not _has_credential(one)]
            for one in lacking:
                if isinstance(one, Provider):
                    name = one.keys[0]
                    before = os.environ.get(name)
                    self._filled.setdefault(name, None if before == FAKE_KEY else before)
                    os.environ[name] = FAKE_KEY
            self._lacking.update(one.name for one in lacking)
            self._users += 1

    def clear(self) -> None:
        """Take the fakes out when the last user is gone; a value that somebody set meanwhile stays."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
            for name, before in self._filled.items():
                if os.environ.get(name) == FAKE_KEY:
                    del os.environ[name]
                    if before is not None:
                        os.environ[name] = before
            self._filled.clear()
            self._lacking.clear()

    def stand_in(self, name: str) -> bool:
        """Whether a provider or cloud had no credential when we filled, and has none now: then we answer for it."""
        return name in self._lacking and not _has_credential(_BY_NAME[name])


_BY_NAME: dict[str, Provider | Cloud] = {
    **{provider.name: provider for provider in PROVIDERS},
    **{cloud.name: cloud for cloud in CLOUDS},
}


def _has_credential(one: Provider | Cloud) -> bool:
    return (
        any(os.environ.get(name, FAKE_KEY) not in ("", FAKE_KEY) for name in one.keys)
        or any(_is_file(profile) for profile in one.profiles)
        or (isinstance(one, Cloud) and any(_says(path, one.maker) for path in _FIRMWARE))
    )


def _is_file(profile: str) -> bool:
    try:
        return Path(profile).expanduser().is_file()
    except (RuntimeError, PermissionError):  # no home directory, or one that we may not read: the SDK finds no profile there either
        return False


def _says(path: str, maker: str) -> bool:
    try:
        return Path(path).read_text(encoding="utf-8").startswith(maker)
    except OSError:  # another system, or a container that is shown none of it
        return False
