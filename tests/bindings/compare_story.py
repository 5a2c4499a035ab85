"""compare_story.py STORY TRANSCRIPT...: do all of them tell the same, as the story says?

Random ids stand for who comes first; cursors are random, too, and each has a folder of its own."""
from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b")  # the latter: pseudonyms


def normal(path: str) -> list[str]:
    steps = json.loads(Path(path).read_text(encoding="utf-8"))
    ids: dict[str, str] = {}
    for step in steps:
        step["message"] = re.sub("'/[^']*/", "'FOLDER/", step["message"])
        if isinstance(step["result"], dict) and step["result"].get("next"):
            step["result"]["next"] = "CURSOR"
    return [ID.sub(lambda m: ids.setdefault(m[0], f"id{len(ids)}"), json.dumps(step, sort_keys=True, ensure_ascii=False))
            for step in steps]


def main(story: str, *transcripts: str) -> int:
    wanted: list[dict[str, Any]] = json.loads(Path(story).read_text(encoding="utf-8"))
    told = [normal(t) for t in transcripts]
    wrong = 0
    for i, step in enumerate(wanted):
        lines = {t[i] for t in told}
        status = json.loads(told[0][i])["status"]
        if len(lines) != 1 or status != step.get("error", {}).get("status", "ok"):
            wrong += 1
            print(f"step {i}, {step['call']}:", *sorted(lines), sep="\n  ")
    print(f"{len(wanted)} steps, {len(told)} languages, {wrong} told differently")
    return wrong != 0 or any(len(t) != len(wanted) for t in told)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
