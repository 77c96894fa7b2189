"""Every reply posted to every wire, and what the models of its SDK say of each document.

`kinds` says what is posted where, `replies` what is said, `exceptions` what a model does not know or a wire cannot say, each with
its reason; `posted` asks the core, `decoding` reads the bytes without any SDK, and `judged` has the models of `judges` judge them.
"""

from __future__ import annotations

__all__: list[str] = []
