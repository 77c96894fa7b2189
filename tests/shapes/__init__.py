"""The shapes of real recorded replies, and ours against them.

    python -m tests.shapes extract DIR                      the shapes of DIR's recordings, one small JSON a kind, into this folder
    python -m tests.shapes replay DIR [--provider P] [-v]   DIR's calls, asked again of an Interceptor, against DIR's shapes

A directory holds `provider/operation.[error-][stream-]N.json`: a request (method, url, body) and its response (status,
content-type, body; a streamed body is a list of its lines, a binary one is base64). The folder `kinds` holds facts alone: paths and
JSON types. A kind is a provider, an operation and a part: `body`, `error`, or `event ...` with what the event is about.

    compare(kind("openai", "v1-chat-completions", "body"), [document], judge.check)   -> Comparison(missing, surplus, ...)
"""

from tests.shapes.kinds import KINDS, kind
from tests.shapes.shape import Comparison, Shape, compare

__all__ = ["KINDS", "Comparison", "Shape", "compare", "kind"]
