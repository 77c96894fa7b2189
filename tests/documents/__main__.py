"""`python -m tests.documents` writes what is drawn from the code; with `sdks`, the table of SDKs too, by asking those installed."""

import sys

from tests.documents import sdks
from tests.documents.drawn import DOCS, written

if __name__ == "__main__":
    if "sdks" in sys.argv:
        page = DOCS / "support.md"
        page.write_text(sdks.into(page.read_text("utf-8")), "utf-8")
    for path, text in written().items():
        path.write_text(text, "utf-8")
