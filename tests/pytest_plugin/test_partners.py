"""Beside other plugins, each in a process of its own: what is ours is answered, what is theirs stays theirs.

Those that the suite's own environment lacks are asked by `nox -s plugins`, which has them all.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import NamedTuple

import pytest

from tests.pytest_plugin.conftest import Suite

pytest_plugins = ("pytester",)


class Partner(NamedTuple):
    """A plugin, or a library without one, and what a suite with it does."""

    module: str
    code: str
    ends: dict[str, int]
    plugin: str | None = None
    args: tuple[str, ...] = ()


def _async(mark: str) -> str:
    """A test that is answered, one that swallows a miss, and one whose async fixture makes the rule."""
    return (
        f"{mark}\n@pytest.mark.llm('Ho')\nasync def test_answered(): assert await aask('Hi') == 'Ho'\n"
        f"{mark}\nasync def test_swallowed(llm_mock):\n    try: await aask('Hi')\n    except BaseException: pass\n"
    )


PARTNERS = {
    "pytest-asyncio": Partner(
        "pytest_asyncio",
        _async("@pytest.mark.asyncio")
        + "import pytest_asyncio\n@pytest_asyncio.fixture\nasync def said(llm_mock):\n    llm_mock.on('Hi').reply('Ho')\n"
        "    yield await aask('Hi')\n@pytest.mark.asyncio\nasync def test_fixture(said): assert said == 'Ho'",
        {"passed": 2, "failed": 1},
        "pytest_asyncio.plugin",
        ("-o", "asyncio_default_fixture_loop_scope=function"),
    ),
    "pytest-trio": Partner("pytest_trio", _async("@pytest.mark.trio"), {"passed": 1, "failed": 1}, "pytest_trio.plugin"),
    "anyio": Partner("anyio", _async("@pytest.mark.anyio"), {"passed": 2, "failed": 2}, "anyio.pytest_plugin"),
    "pytest-randomly": Partner(
        "pytest_randomly",
        "@pytest.mark.llm('a', 'b')\n@pytest.mark.parametrize('n', range(9))\ndef test(n): assert ask('') + ask('') == 'ab'",
        {"passed": 9},
        "pytest_randomly",
        ("--randomly-seed=7",),
    ),
    "pytest-run-parallel": Partner(
        "pytest_run_parallel",
        "@pytest.mark.llm('Ho')\ndef test_answered(): assert ask('Hi') == 'Ho'\ndef test_swallowed(llm_mock): swallow('Hi')",
        {"passed": 1, "errors": 1},  # it calls what fails there an error
        "pytest_run_parallel.plugin",
        ("--parallel-threads=4",),
    ),
    "respx": Partner(
        "respx",
        "import httpx\ndef test(llm_mock, respx_mock):\n    llm_mock.on('Hi').reply('Ho')\n"
        "    respx_mock.get('https://example.org/').respond(text='theirs')\n"
        "    respx_mock.route(host='api.openai.com').pass_through()\n"
        "    assert httpx.get('https://example.org/').text == 'theirs'\n"
        "    assert httpx.post(URL, json=body('Hi')).json()['choices'][0]['message']['content'] == 'Ho' == ask('Hi')",
        {"passed": 1},
        "respx.plugin",
    ),
    "responses": Partner(
        "responses",
        "import requests, responses\n@pytest.mark.llm('Ho')\n@responses.activate\ndef test():\n"
        "    responses.get('https://example.org/', body='theirs')\n    responses.add_passthru('https://api.openai.com')\n"
        "    assert requests.get('https://example.org/').text == 'theirs'\n"
        "    assert requests.post(URL, json=body('Hi')).json()['choices'][0]['message']['content'] == 'Ho'",
        {"passed": 1},
    ),
    "pytest-httpx": Partner(
        "pytest_httpx",
        "import httpx\n@pytest.mark.httpx_mock(should_mock=lambda request: request.url.host != 'api.openai.com')\n"
        "@pytest.mark.llm('Ho')\ndef test(httpx_mock):\n    httpx_mock.add_response(text='theirs')\n"
        "    assert httpx.get('https://example.org/').text == 'theirs'\n"
        "    assert httpx.post(URL, json=body('Hi')).json()['choices'][0]['message']['content'] == 'Ho'",
        {"passed": 1},
        "pytest_httpx",
    ),
    "pytest-httpx2": Partner(
        "pytest_httpx2",
        "import httpx2\ndef test(llm_mock, httpx2_mock):\n    llm_mock.on('Hi').reply('Ho')\n"
        "    httpx2_mock.get('https://example.org/').respond(text='theirs')\n"
        "    httpx2_mock.route(host='api.openai.com').pass_through()\n"
        "    assert httpx2.get('https://example.org/').text == 'theirs'\n    assert ask('Hi') == 'Ho'",
        {"passed": 1},
        "pytest_httpx2",
    ),
    "pytest-recording": Partner(
        "pytest_recording",
        "@pytest.fixture\ndef vcr_config(): return {'ignore_hosts': ['api.openai.com']}\n"
        "@pytest.mark.vcr\n@pytest.mark.llm('Ho')\ndef test(): assert ask('Hi') == 'Ho'",
        {"passed": 1},
        "pytest_recording.plugin",
    ),
}

_THERE = {name: partner for name, partner in PARTNERS.items() if find_spec(partner.module)}


@pytest.mark.parametrize("partner", _THERE.values(), ids=_THERE)
def test_a_partner_has_what_is_its_own_and_we_what_is_ours(suite: Suite, partner: Partner) -> None:
    plugins = () if partner.plugin is None else (partner.plugin,)
    result = suite(partner.code, "--llm-block=providers", *partner.args, plugins=plugins, apart=True)
    result.assert_outcomes(**partner.ends)
