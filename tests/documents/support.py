"""Tables of what is supported, drawn from the tables of the code: providers, operations, HTTP libraries."""

from __future__ import annotations

from collections import defaultdict

from llm_intercept.dialects import ENDPOINTS, Endpoint
from llm_intercept.doctor.unseen import UNSEEN
from llm_intercept.providers import PROVIDERS, Provider
from llm_intercept.transports import TRANSPORTS

__all__ = ["libraries", "operations", "providers", "table", "unseen"]


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table of Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ("---",) * len(head), *rows])


def own(provider: Provider) -> list[Endpoint]:
    """The endpoints that are a provider's own, or few others'."""
    return [one for one in ENDPOINTS if provider.name in (one.home, *one.only)]


def compatible() -> list[Endpoint]:
    """The endpoints of OpenAI's that anybody may have."""
    return [one for one in ENDPOINTS if one.home == "openai" and not one.only]


def providers() -> str:
    """Every provider: its hosts, the key that is filled, and what its hosts are asked beside what anybody is."""
    rows = []
    for one in PROVIDERS:
        hosts = " ".join(f"`{host}`" for host in one.hosts) or f"port {one.port}"
        families = sorted({_family(endpoint) for endpoint in own(one)} - {"openai"})
        rows.append((one.name, hosts, f"`{one.keys[0]}`" if one.keys else "", ", ".join(["OpenAI's", *families])))
    return table(("provider", "hosts", "key that is filled", "wires"), rows)


def _family(endpoint: Endpoint) -> str:
    family = type(endpoint).__module__.split(".")[2]
    return endpoint.home if family == "elsewhere" else family


def operations() -> str:
    """Every operation: the families of wires that have it."""
    having: dict[str, list[str]] = defaultdict(list)
    for one in ENDPOINTS:
        having[one.operation].append(_family(one))
    return table(
        ("operation", "wires", "endpoints"),
        [(f"`{name}`", ", ".join(sorted({*families})), str(len(families))) for name, families in sorted(having.items())],
    )


def libraries() -> str:
    """Every module that is waited for, and what catches it."""
    return table(
        ("module", "caught by"),
        [(f"`{module}`", f"`{file.removeprefix('llm_intercept.').replace('.', '/')}.py`") for module, file in TRANSPORTS.items()],
    )


def unseen() -> str:
    """What Python cannot see."""
    return table(("SDK", "what", "why"), [(one.distribution, one.what, one.why) for one in UNSEEN])
