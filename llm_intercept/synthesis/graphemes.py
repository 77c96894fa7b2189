"""Text into user-perceived characters, so that a stream never cuts an emoji or an accent.

Extended grapheme clusters. One known difference: a vowel jamo after a complete Hangul syllable joins it.
Reference: https://www.unicode.org/reports/tr29/#Grapheme_Cluster_Boundary_Rules
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["pieces"]

#: Blocks in which a character may join its neighbour. In text without them (Latin, Greek, Cyrillic, Chinese, Japanese, composed
#: Korean) every character stands alone, and cutting costs a slice.
_MAY_CLUSTER = re.compile(
    "[\r\u0300-\u036f\u0483-\u0489\u0591-\u1dff\u200c\u200d\u20d0-\u20ff\u2c00-\u2fff\u302a-\u302f"
    "\u3099\u309a\ua000-\uabff\ud7b0-\U0010ffff]"
).search


@lru_cache(maxsize=1)
def _cluster() -> str:
    """One cluster, as a regular expression; made at the first text that needs it."""
    from llm_intercept.synthesis import unicode_table as table

    def chars(ranges: str) -> str:
        return "".join("-".join(re.escape(chr(int(code, 16))) for code in span.split("-")) for span in ranges.split())

    control = chars(table.CONTROL) + r"\r\n"
    linker = f"[{chars(table.LINKER)}]"
    joiner = f"[{chars(table.EXTEND)}\u200d]"
    lead, vowel, trail = (f"[{chars(part)}]" for part in (table.LEADING, table.VOWEL, table.TRAILING))
    picture, consonant = f"[{chars(table.PICTURE)}]", f"[{chars(table.CONSONANT)}]"
    core = "|".join(
        (
            f"{lead}*(?:[\uac00-\ud7a3]{vowel}*|{vowel}+){trail}*|{lead}+|{trail}+",
            "[\U0001f1e6-\U0001f1ff]{2}",
            f"{picture}(?:[{chars(table.EXTEND)}]*\u200d{picture})*",
            f"{consonant}(?:(?:(?!{linker}){joiner})*{linker}{joiner}*{consonant})*",
            f"[^{control}]",
        )
    )
    tail = f"[{chars(table.EXTEND)}\u200d{chars(table.SPACING)}]"
    prepend = f"[{chars(table.PREPEND)}]"
    ranges = (table.PREPEND, table.LEADING, table.VOWEL, table.TRAILING, table.PICTURE, table.CONSONANT)
    plain = f"[^{control}{''.join(map(chars, ranges))}\uac00-\ud7a3\U0001f1e6-\U0001f1ff](?!{tail})"
    return f"(?s:{plain}|\r\n|[{control}]|{prepend}*(?:{core}){tail}*|{prepend}+{tail}*)"


@lru_cache(maxsize=16)
def _piece(size: int) -> re.Pattern[str]:
    return re.compile(f"{_cluster()}{{1,{size}}}")


def pieces(text: str, size: int) -> Iterator[str]:
    """`text` in pieces of `size` graphemes, the last one perhaps shorter; nothing for an empty text."""
    if not _MAY_CLUSTER(text):
        return (text[start : start + size] for start in range(0, len(text), size))
    return (match.group() for match in _piece(size).finditer(text))
