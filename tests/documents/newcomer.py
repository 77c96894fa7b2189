"""The quickstart, word for word: `python tests/documents/newcomer.py WHEEL FOLDER` does in an empty folder what the page says.

Its files are written, and its commands are run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

PAGE = Path(__file__).parents[2] / "docs" / "quickstart.md"
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```', re.DOTALL | re.MULTILINE)

#: The files that are not run by themselves.
MODULES = {"travel.py", "test_travel.py"}


def main(wheel: str, folder: str) -> None:
    """Follow the page from its top to its end."""
    clean = {name: value for name, value in os.environ.items() if not re.search(r"_API_KEY$|_TOKEN$|^VIRTUAL_ENV$|^PYTHON", name)}
    environment = {**clean, "WHEEL": str(Path(wheel).resolve()), "PIP_QUIET": "1"}
    with ZipFile(wheel) as packed:
        shown = {f"llm_intercept/docs/{path.relative_to(PAGE.parent).as_posix()}" for path in PAGE.parent.rglob("*.md")}
        assert shown <= set(packed.namelist()), "pages that errors name are not in the wheel"
    for language, title, code in FENCE.findall(PAGE.read_text("utf-8")):
        if title:
            Path(folder, title).write_text(code, "utf-8")
        if language == "console":
            run = code.strip()
        elif language == "python" and title not in MODULES:
            run = f".venv/bin/python {title}"
        else:
            continue
        sys.stdout.write(f"$ {run}\n")
        sys.stdout.flush()
        subprocess.run(["bash", "-euc", run], cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
