"""The README as a program: what it says is printed is printed."""
from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

import pytest


def test_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = Path(os.environ.get("NANOMARKET_README", Path(__file__).parents[1] / "README.md"))
    blocks = re.findall(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), re.S)
    code = "\n".join(blocks)
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(readme), "exec"), {})
    assert len(blocks) > 5
    assert printed.getvalue().splitlines() == re.findall(r"^# prints: (.*)$", code, re.M)
