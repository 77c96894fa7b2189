"""Fake keys: filled only where nothing gives a credential, and gone afterwards; real ones are never touched."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from llm_intercept import activate, deactivate, intercept, keys
from llm_intercept.keys import CLOUDS, FAKE_KEY, Keys
from llm_intercept.providers import PROVIDERS

pytestmark = pytest.mark.anyio

KEYED = {provider.name: provider for provider in PROVIDERS if provider.keys}
ALIKE = [{"role": "user", "content": "Hi"}]


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr(keys, "_FIRMWARE", ())
    for one in (*PROVIDERS, *CLOUDS):
        for name in one.keys:
            monkeypatch.delenv(name, raising=False)
    before = dict(os.environ)
    yield
    left = {name for name in os.environ if os.environ[name] == FAKE_KEY}
    assert left <= {name for name in before if before[name] == FAKE_KEY}


def filled() -> set[str]:
    return {name for name, value in os.environ.items() if value == FAKE_KEY}


FIRST = {provider.keys[0] for provider in KEYED.values()}


def test_one_variable_a_provider_is_filled_while_a_block_lasts() -> None:
    with intercept():
        assert filled() == FIRST
    assert filled() == set()


@pytest.mark.skipif(sys.platform == "win32", reason="printenv is no program of Windows")
def test_other_programs_get_no_fake(monkeypatch: pytest.MonkeyPatch) -> None:
    def printed() -> str:
        return subprocess.run(["printenv", "OPENAI_API_KEY"], capture_output=True, text=True, check=False).stdout

    with intercept():
        assert (os.environ["OPENAI_API_KEY"], printed()) == (FAKE_KEY, "")
        with monkeypatch.context() as meanwhile:
            meanwhile.setenv("OPENAI_API_KEY", "real")
            assert printed() == "real\n"
        assert os.environ["OPENAI_API_KEY"] == FAKE_KEY
    assert printed() == ""


def test_another_environment_is_filled_and_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"GROQ_API_KEY": "real"})
    with intercept():
        assert filled() == FIRST - {"GROQ_API_KEY"}
    assert os.environ == {"GROQ_API_KEY": "real"}


#: What other services read as well: a fake in it would be theirs.
SHARED = {
    "HF_TOKEN",
    "GITHUB_TOKEN",
    "GOOGLE_API_KEY",
    "WANDB_API_KEY",
    "DATABRICKS_TOKEN",
    *(name for cloud in CLOUDS for name in cloud.keys),
}


def test_no_variable_that_other_services_read_is_filled() -> None:
    assert set() == FIRST & SHARED


def test_no_endpoint_or_version_is_made_up() -> None:
    assert not [name for name in FIRST if not name.endswith(("_KEY", "_APIKEY", "_TOKEN"))]


def test_we_stand_in_for_a_credential_only_while_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes = Keys()
    assert not fakes.stand_in("aws")
    fakes.fill()
    assert fakes.stand_in("aws")
    with monkeypatch.context() as meanwhile:
        meanwhile.setenv("AWS_PROFILE", "real")
        assert not fakes.stand_in("aws")
        fakes.fill()
    assert fakes.stand_in("aws")
    fakes.clear()
    assert fakes.stand_in("aws")
    fakes.clear()
    assert not fakes.stand_in("aws")


def test_keys_false_fills_nothing() -> None:
    with intercept(keys=False):
        assert filled() == set()
        with intercept():
            assert filled() == FIRST
        assert filled() == set()


def test_activate_fills_and_deactivate_clears() -> None:
    activate()
    assert filled() == FIRST
    activate()
    assert filled() == FIRST
    deactivate()
    assert filled() == set()


def test_the_block_that_fails_clears_too() -> None:
    with pytest.raises(ZeroDivisionError), intercept():
        _ = 1 / 0
    assert filled() == set()


CREDENTIALS = [(name, variable) for name, provider in KEYED.items() for variable in provider.keys]


@pytest.mark.parametrize(("name", "variable"), CREDENTIALS, ids=[variable for _, variable in CREDENTIALS])
def test_a_provider_with_any_credential_of_its_own_is_left_alone(monkeypatch: pytest.MonkeyPatch, name: str, variable: str) -> None:
    monkeypatch.setenv(variable, "real")
    with intercept():
        assert filled() == FIRST - {KEYED[name].keys[0]}
        assert os.environ[variable] == "real"
    assert os.environ[variable] == "real"


PROFILES = [(provider.name, profile) for provider in PROVIDERS for profile in provider.profiles]


@pytest.mark.parametrize(("name", "profile"), PROFILES, ids=[profile for _, profile in PROFILES])
def test_a_provider_with_a_profile_is_left_alone(name: str, profile: str) -> None:
    path = Path(profile).expanduser()
    path.parent.mkdir(parents=True)
    path.write_text("default")
    with intercept():
        assert filled() == FIRST - {KEYED[name].keys[0]}


def test_a_key_that_somebody_set_meanwhile_stays() -> None:
    with intercept():
        os.environ["OPENAI_API_KEY"] = "real"
    assert os.environ.pop("OPENAI_API_KEY") == "real"
    assert filled() == set()


def test_a_key_that_somebody_took_out_meanwhile_stays_out() -> None:
    with intercept():
        del os.environ["OPENAI_API_KEY"]
    assert "OPENAI_API_KEY" not in os.environ


def test_a_key_that_somebody_set_between_two_blocks_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    with intercept():
        pass
    monkeypatch.setenv("OPENAI_API_KEY", "real")
    with intercept():
        assert os.environ["OPENAI_API_KEY"] == "real"
    assert os.environ["OPENAI_API_KEY"] == "real"


def test_nested_blocks_clear_with_the_outermost() -> None:
    with intercept():
        with intercept():
            assert filled() == FIRST
        assert filled() == FIRST
    assert filled() == set()


def test_overlapping_blocks_clear_with_the_last() -> None:
    first, second = intercept(), intercept()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert filled() == FIRST
    second.__exit__(None, None, None)
    assert filled() == set()


@pytest.mark.parametrize("seed", range(5))
def test_as_many_fills_as_clears_leave_the_environment_as_it_was(seed: int) -> None:
    chance, fakes, users, before = random.Random(seed), Keys(), 0, dict(os.environ)
    for _ in range(50):
        if users and chance.random() < 0.5:
            fakes.clear()
            users -= 1
        else:
            fakes.fill()
            users += 1
        assert filled() == (FIRST if users else set())
    for _ in range(users):
        fakes.clear()
    assert dict(os.environ) == before


def azure() -> openai.AzureOpenAI:
    return openai.AzureOpenAI(azure_endpoint="https://mine.openai.azure.com", api_version="2024-10-21")


SYNC: dict[str, Callable[[], Any]] = {
    "OpenAI": lambda: openai.OpenAI().chat.completions.create(model="m", messages=ALIKE).choices[0].message.content,  # type: ignore[arg-type]
    "AzureOpenAI": lambda: azure().chat.completions.create(model="m", messages=ALIKE).choices[0].message.content,  # type: ignore[arg-type]
    "Anthropic": lambda: anthropic.Anthropic().messages.create(model="m", max_tokens=9, messages=ALIKE).content[0].text,  # type: ignore[arg-type]
}


@pytest.mark.parametrize("sdk", SYNC)
def test_a_client_can_be_built_and_called_with_no_key(sdk: str) -> None:
    with intercept("Paris."):
        assert SYNC[sdk]() == "Paris."


async def ask_openai() -> Any:
    async with openai.AsyncOpenAI() as client:
        answer = await client.chat.completions.create(model="m", messages=ALIKE)  # type: ignore[call-overload]
        return answer.choices[0].message.content


async def ask_azure() -> Any:
    async with openai.AsyncAzureOpenAI(azure_endpoint="https://mine.openai.azure.com", api_version="2024-10-21") as client:
        answer = await client.chat.completions.create(model="m", messages=ALIKE)  # type: ignore[call-overload]
        return answer.choices[0].message.content


async def ask_anthropic() -> Any:
    async with anthropic.AsyncAnthropic() as client:
        answer = await client.messages.create(model="m", max_tokens=9, messages=ALIKE)  # type: ignore[call-overload]
        return answer.content[0].text


@pytest.mark.parametrize("ask", [ask_openai, ask_azure, ask_anthropic])
async def test_an_async_client_can_be_built_and_called_with_no_key(ask: Callable[[], Any]) -> None:
    async with intercept("Paris."):
        assert await ask() == "Paris."


@pytest.mark.parametrize(
    ("variable", "sdk"),
    [
        ("OPENAI_API_KEY", "OpenAI"),
        ("AZURE_OPENAI_API_KEY", "AzureOpenAI"),
        ("ANTHROPIC_API_KEY", "Anthropic"),
        ("ANTHROPIC_AUTH_TOKEN", "Anthropic"),
    ],
)
def test_an_empty_variable_as_ci_leaves_it_gives_no_credential(monkeypatch: pytest.MonkeyPatch, variable: str, sdk: str) -> None:
    monkeypatch.setenv(variable, "")
    with intercept("Paris."):
        assert SYNC[sdk]() == "Paris."
    assert os.environ[variable] == ""


@pytest.mark.parametrize(("variable", "sdk"), [("OPENAI_API_KEY", "OpenAI"), ("ANTHROPIC_AUTH_TOKEN", "Anthropic")])
def test_a_real_key_is_the_one_that_is_sent(monkeypatch: pytest.MonkeyPatch, variable: str, sdk: str) -> None:
    monkeypatch.setenv(variable, "real-key")
    with intercept("Paris.") as llm:
        SYNC[sdk]()
    assert llm.calls.one.headers.key_matches("real-key")


def test_a_home_that_cannot_be_found_or_read_gives_no_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as it does where it knows no home directory
    with intercept():
        assert os.environ["ANTHROPIC_API_KEY"]
    monkeypatch.setattr(os.path, "expanduser", lambda path: "/" + "x" * 5000)  # no system can look at it
    with intercept():
        assert os.environ["ANTHROPIC_API_KEY"]


def test_an_activation_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: str) -> str:
        raise LookupError("no such thing")

    original, finders = httpx2.HTTPTransport.handle_request, list(sys.meta_path)
    with monkeypatch.context() as patched:
        patched.setattr(os.path, "expanduser", broken)
        with pytest.raises(LookupError):
            intercept().__enter__()
    assert (httpx2.HTTPTransport.handle_request, sys.meta_path) == (original, finders)
    with intercept("Again.") as llm:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(os.path, "expanduser", broken)
            with pytest.raises(LookupError):
                intercept().__enter__()
        httpx2.post(
            "https://api.openai.com/v1/chat/completions", json={"model": "m", "messages": [{"role": "user", "content": "?"}]}
        )
    assert llm.calls.one.outcome == "complete"


def test_a_fake_key_that_was_left_behind_is_taken_out_by_the_next_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", FAKE_KEY)
    with intercept():
        assert os.environ["OPENAI_API_KEY"] == FAKE_KEY
    assert "OPENAI_API_KEY" not in os.environ


@pytest.mark.parametrize(("said", "stands_in"), [("Amazon EC2\n", False), ("QEMU\n", True), (None, True)])
def test_we_stand_in_on_no_machine_of_the_cloud_itself(
    said: str | None, stands_in: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if said is not None:
        (tmp_path / "sys_vendor").write_text(said)
    monkeypatch.setattr(keys, "_FIRMWARE", (str(tmp_path / "sys_vendor"),))
    fakes = Keys()
    fakes.fill()
    assert fakes.stand_in("aws") is stands_in
    fakes.clear()


def test_what_a_variable_held_at_first_comes_back_whatever_happens_to_it_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    with intercept():
        del os.environ["OPENAI_API_KEY"]
        with intercept():
            assert os.environ["OPENAI_API_KEY"] == FAKE_KEY
    assert os.environ["OPENAI_API_KEY"] == ""
