"""The calls that SDKs make beside LLM calls, to get a credential or to look something up, and what each is answered with.

A credential's is answered only where nobody gives that credential; every other, always. None stands in the journal. To add one:
one line in `SIDE_CALLS`.
"""

from __future__ import annotations

import gzip
import re
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import translate
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from llm_intercept.dialects import endpoint_of
from llm_intercept.dialects.dimensions import is_known
from llm_intercept.framing.json import dump
from llm_intercept.wire import Request, Response, SentHeaders

__all__ = ["FAKE_KEY", "SIDE_CALLS", "SideCall", "carries_fake", "side_call"]

#: What a filled variable holds, and every token that we give. No provider accepts it.
FAKE_KEY = "llm-intercept-fake-key"

#: The same where Amazon wants an access key id.
_FAKE_AWS_ID = "ASIALLMINTERCEPTFAKE"

#: What to answer; None for a call that goes out, as before.
Say = Callable[[Request], "Response | None"]


@dataclass(frozen=True, slots=True)
class SideCall:
    """One kind of side-call: `host` is a glob, `path` a regular expression for the whole path.

    `credential` names the provider or the cloud whose credential it is about.
    """

    method: str
    host: str
    path: str
    say: Say
    credential: str | None = None


def _json(value: Any, *headers: tuple[bytes, bytes], status: int = 200) -> Response:
    return _body(dump(value), b"application/json", *headers, status=status)


def _text(text: str, *headers: tuple[bytes, bytes]) -> Response:
    return _body(text.encode("ascii"), b"text/plain", *headers)


def _body(body: bytes, kind: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> Response:
    return Response(status, ((b"content-type", kind), (b"content-length", b"%d" % len(body)), *headers), (body,))


def _always(response: Response) -> Say:
    return lambda _: response


def _say(value: Any) -> Say:
    return _always(_json(value))


_NOT_FOUND = _json({"error": "not found"}, status=404)
_NOTHING_THERE = _always(_NOT_FOUND)

#: A token that is soon to be renewed, so that who keeps it after the block does not keep it for long.
_TOKEN = {"access_token": FAKE_KEY, "token_type": "Bearer", "expires_in": 300}

#: When what must name a day ends; a credential of instance metadata that has ended is renewed within minutes.
_NEVER, _LONG_AGO = "2999-12-31T23:59:59Z", "2000-01-01T00:00:00Z"
_NEVER_SECONDS = 32_503_680_000


# Google

_GOOGLE = (b"metadata-flavor", b"Google")


def _google_metadata(request: Request) -> Response | None:
    """Reference: https://cloud.google.com/compute/docs/metadata/overview."""
    if request.header("metadata-flavor") != "Google":
        return None
    path = request.path.removeprefix("/computeMetadata/v1/")
    if path in ("/", "project/project-id"):
        return _text("llm-intercept-fake-project", _GOOGLE)
    if re.fullmatch(r"instance/service-accounts/[^/]+/token", path):
        return _json(_TOKEN, _GOOGLE)
    if re.fullmatch(r"instance/service-accounts/[^/]+/", path):
        return _json({"aliases": ["default"], "email": "default", "scopes": []}, _GOOGLE)
    return _json({"error": "not found"}, _GOOGLE, status=404)


# Amazon

_AWS = {"AccessKeyId": _FAKE_AWS_ID, "SecretAccessKey": FAKE_KEY}


def _aws_metadata(request: Request) -> Response:
    """Reference: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html."""
    role = {"Code": "Success", "Type": "AWS-HMAC", **_AWS, "Token": FAKE_KEY, "Expiration": _LONG_AGO}
    found: dict[str, Callable[[], Response]] = {
        "api/token": lambda: _text(FAKE_KEY, (b"x-aws-ec2-metadata-token-ttl-seconds", b"21600")),
        "meta-data/iam/security-credentials/": lambda: _text("llm-intercept"),
        "meta-data/iam/security-credentials/llm-intercept": lambda: _json(role),
    }
    return found.get(request.path.removeprefix("/latest/"), lambda: _NOT_FOUND)()


def _aws_sts(request: Request) -> Response:
    """Reference: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html; every action has the same envelope."""
    named = re.search(rb"(?:^|&)Action=(\w+)", request.body)
    action = named[1].decode("ascii") if named else "AssumeRole"
    given = {**_AWS, "SessionToken": FAKE_KEY, "Expiration": _NEVER}
    credentials = "".join(f"<{name}>{value}</{name}>" for name, value in given.items())
    arn = "arn:aws:sts::000000000000:assumed-role/llm-intercept/fake"
    body = (
        f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>'
        f"<Credentials>{credentials}</Credentials><Account>000000000000</Account><Arn>{arn}</Arn><UserId>fake</UserId>"
        f"<AssumedRoleUser><Arn>{arn}</Arn><AssumedRoleId>fake:fake</AssumedRoleId></AssumedRoleUser>"
        f"</{action}Result><ResponseMetadata><RequestId>fake</RequestId></ResponseMetadata></{action}Response>"
    )
    return _body(body.encode("ascii"), b"text/xml")


_AWS_SSO = {
    "accessKeyId": _FAKE_AWS_ID,
    "secretAccessKey": FAKE_KEY,
    "sessionToken": FAKE_KEY,
    "expiration": _NEVER_SECONDS * 1000,
}


# Microsoft


def _microsoft_discovery(request: Request) -> Response:
    """What MSAL reads before it asks for a token: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc."""
    tenant = request.path.split("/")[1]
    authority = f"https://{request.host}/{tenant}"
    if request.path.endswith("/discovery/instance"):
        aliases = ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"]
        known = {"preferred_network": aliases[0], "preferred_cache": aliases[1], "aliases": aliases}
        where = f"https://{request.host}/{tenant}/v2.0/.well-known/openid-configuration"
        return _json({"tenant_discovery_endpoint": where, "api-version": "1.1", "metadata": [known]})
    return _json(
        {
            "issuer": f"{authority}/v2.0",
            "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
            "token_endpoint": f"{authority}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{authority}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{authority}/discovery/v2.0/keys",
        }
    )


def _microsoft_metadata(request: Request) -> Response:
    """Reference: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token."""
    wanted = parse_qs(request.target.partition("?")[2]).get("resource", [""])[0]
    token = {"access_token": FAKE_KEY, "token_type": "Bearer", "resource": wanted}
    return _json({**token, "expires_in": "3600", "expires_on": str(_NEVER_SECONDS)})


# IBM

#: Its SDK reads when the token ends from the token itself, a JWT.
_IBM_TOKEN = ".".join(
    [urlsafe_b64encode(dump(part)).decode("ascii").rstrip("=") for part in ({"alg": "RS256"}, {"iat": 0, "exp": _NEVER_SECONDS})]
    + [FAKE_KEY]
)


def _ibm_token(request: Request) -> Response | None:
    """Reference: https://cloud.ibm.com/apidocs/iam-identity-token-api; a key that is not ours is somebody's real one."""
    token = {**_TOKEN, "access_token": _IBM_TOKEN, "refresh_token": "not_supported", "expiration": _NEVER_SECONDS}
    return _json(token) if FAKE_KEY.encode("ascii") in request.body else None


# what SDKs look up


def _own_copy(request: Request) -> Response:
    """A table of LiteLLM's, as the SDK that wants it has it itself: then it neither warns nor asks again."""
    for package, name in _OWN_COPIES.get(request.path.rpartition("/")[2], ()):
        module = sys.modules.get(package)
        if module is not None:
            body = files(module).joinpath(name).read_bytes()
            return _body(gzip.decompress(body) if name.endswith(".gz") else body, b"text/plain; charset=utf-8")
    return _NOT_FOUND


#: The last part of a path, and where a copy of it may be: a package, if it is imported, and a file in it.
_OWN_COPIES = {
    "model_prices_and_context_window.json": (
        ("litellm", "model_prices_and_context_window_backup.json"),
        ("dspy.clients.model_metadata", "snapshot.json.gz"),
    ),
    "anthropic_beta_headers_config.json": (("litellm", "anthropic_beta_headers_config.json"),),
}


def _hugging_face_mapping(request: Request) -> Response | None:
    """Each provider serves the model under its own name; reference: https://huggingface.co/docs/inference-providers/hub-api."""
    if "inferenceProviderMapping" not in request.target.partition("?")[2]:
        return None
    model = request.path.removeprefix("/api/models/")
    endpoint = endpoint_of("POST", f"/models/{model}", "huggingface")
    operation = endpoint.operation if endpoint is not None else "embeddings" if is_known(model) else "chat"
    task, providers = _HUGGING_FACE[operation]
    served = {"status": "live", "providerId": model, "task": task}
    return _json({"_id": "0" * 24, "id": model, "inferenceProviderMapping": dict.fromkeys(providers, served)})


#: What models are for, in the hub's words, by what their calls ask for, and who of huggingface_hub's own table does that; Hugging
#: Face's own last where the SDK then looks the model up as anybody does, in the real hub.
_HUGGING_FACE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "chat": (
        "conversational",
        (
            *("cerebras", "cohere", "featherless-ai", "fireworks-ai", "groq", "hf-inference", "hyperbolic", "nebius", "novita"),
            *("nscale", "nvidia", "openai", "ovhcloud", "publicai", "sambanova", "scaleway", "together", "zai-org"),
        ),
    ),
    "embeddings": ("feature-extraction", ("together", "deepinfra", "scaleway", "hf-inference")),
    "images": ("text-to-image", ("together", "nscale", "hf-inference")),
    "speech": ("text-to-speech", ("together", "deepinfra", "hf-inference")),
    "transcription": ("automatic-speech-recognition", ("deepinfra", "hf-inference")),
}

_METADATA = "169.254.169.254"

SIDE_CALLS: tuple[SideCall, ...] = (
    # credentials, answered where nobody gives any
    SideCall("*", "metadata.google.internal", ".*", _google_metadata, "google"),
    SideCall("*", _METADATA, "/|/computeMetadata/.*", _google_metadata, "google"),
    SideCall("POST", "oauth2.googleapis.com", "/token", _say(_TOKEN), "google"),
    SideCall("POST", "oauth2.mtls.googleapis.com", "/token", _say(_TOKEN), "google"),
    SideCall("POST", "accounts.google.com", "/o/oauth2/token", _say(_TOKEN), "google"),
    SideCall("POST", "sts.googleapis.com", "/v1/token",
             _say({**_TOKEN, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}), "google"),
    SideCall("POST", "iamcredentials.googleapis.com", "/v1/.*:generateAccessToken",
             _say({"accessToken": FAKE_KEY, "expireTime": _NEVER}), "google"),
    SideCall("GET", "iamcredentials.googleapis.com", "/v1/.*/allowedLocations", _NOTHING_THERE, "google"),
    SideCall("*", _METADATA, "/latest/.*", _aws_metadata, "aws"),
    SideCall("*", "fd00:ec2::254", "/latest/.*", _aws_metadata, "aws"),
    SideCall("POST", "sts.amazonaws.com", "/", _aws_sts, "aws"),
    SideCall("POST", "sts.*.amazonaws.com", "/", _aws_sts, "aws"),
    SideCall("GET", "portal.sso.*.amazonaws.com", "/federation/credentials", _say({"roleCredentials": _AWS_SSO}), "aws"),
    SideCall("POST", "oidc.*.amazonaws.com", "/token",
             _say({"accessToken": FAKE_KEY, "tokenType": "Bearer", "expiresIn": 300}), "aws"),
    SideCall("GET", _METADATA, "/metadata/identity/oauth2/token", _microsoft_metadata, "microsoft"),
    SideCall("POST", "login.microsoftonline.com", "/[^/]+/oauth2/(v2.0/)?token",
             _say({**_TOKEN, "expires_in": 3600, "ext_expires_in": 3600}), "microsoft"),
    SideCall("GET", "login.microsoftonline.com", "/[^/]+/v2.0/.well-known/openid-configuration|/common/discovery/instance",
             _microsoft_discovery, "microsoft"),
    SideCall("POST", "iam.cloud.ibm.com", "/identity/token", _ibm_token, "watsonx"),
    SideCall("POST", "auth.openai.com", "/oauth/token",
             _say({**_TOKEN, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}), "openai"),
    SideCall("POST", "api.anthropic.com", "/v1/oauth/token", _say(_TOKEN), "anthropic"),
    # what SDKs look up and report
    SideCall("GET", "raw.githubusercontent.com", "/BerriAI/litellm/.*", _own_copy),
    SideCall("GET", "api.cerebras.ai", "/v1/tcp_warming", _say({})),
    SideCall("GET", "huggingface.co", "/api/agent-harnesses", _NOTHING_THERE),
    SideCall("GET", "huggingface.co", "/api/models/.+", _hugging_face_mapping),
    SideCall("POST", "api.openai.com", "/v1/traces/ingest", _always(Response(204, (), ()))),
)  # fmt: skip

_BY_HOST = tuple((re.compile(translate(call.host)), re.compile(call.path), call) for call in SIDE_CALLS)


def side_call(method: str, host: str, target: str) -> SideCall | None:
    """The side-call that a request is, if it is one."""
    path = target.partition("?")[0].partition("#")[0]
    for host_fits, path_fits, call in _BY_HOST:
        if call.method in ("*", method.upper()) and host_fits.match(host) and path_fits.fullmatch(path):
            return call
    return None


def carries_fake(headers: SentHeaders) -> bool:
    """Whether a request is signed with a credential that we have given."""
    return any(name.lower() == b"authorization" and (_FAKE in value or _FAKE_ID in value) for name, value in headers)


_FAKE, _FAKE_ID = FAKE_KEY.encode("ascii"), _FAKE_AWS_ID.encode("ascii")
