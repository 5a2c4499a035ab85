"""The story that C, Python and Node tell alike: tests/bindings/story.json."""
from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import World, package

import nanomarket


def tell(world: World, story: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names: dict[str, str] = {}
    sessions = {"system": world.system, "guest": world.guest}
    transcript = []
    for number, step in enumerate(story):
        session = sessions.get(step["as"]) or sessions.setdefault(step["as"], world.market.act_as(step["as"]))
        arguments = {n: [names.get(t, t) for t in v] if isinstance(v, list) else names.get(v, v) if isinstance(v, str) else v
                     for n, v in step["arguments"].items()}
        line: dict[str, Any] = {"step": number, "call": step["call"], "status": "ok", "field": "", "message": "", "result": None}
        try:
            line["result"] = call(world, session, step["call"], arguments)
        except nanomarket.NanomarketError as error:
            line.update(status=error.code, field=error.field, message=error.message)
        wanted = step.get("error", {"status": "ok"})
        assert {k: line[k] for k in wanted} == wanted, line
        result = line["result"]
        assert {k: result[k] for k in step.get("expect", {})} == step.get("expect", {}), line
        assert "count" not in step or len(result["items"]) == step["count"], line
        assert "result" not in step or (result, type(result)) == (step["result"], type(step["result"])), line
        if "keep" in step:
            names["$" + step["keep"]] = (result[0] if isinstance(result, list) else result)["id"]
        transcript.append(line)
    return transcript


def call(world: World, session: nanomarket.Session, name: str, arguments: dict[str, Any]) -> Any:
    if name == "package_upload_file":
        arguments["content"] = os.environ.get("NANOMARKET_STORY_ZIP") or package()
        del arguments["path"]
        name = "package_upload"
    elif name == "package_download_file":
        arguments["to"] = world.folder / arguments.pop("path")
        name = "package_download"
    result = getattr(session, name.removeprefix("session_"))(**arguments)
    if isinstance(result, nanomarket.Listing):
        result = result.page()
    if isinstance(result, tuple):
        return [plain(part) for part in result]
    return plain(result)


def plain(result: Any) -> Any:
    return result.to_dict() if hasattr(result, "to_dict") else result


def test_the_story(tmp_path: Path) -> None:
    file = os.environ.get("NANOMARKET_STORY")
    if not file:
        pytest.skip("NANOMARKET_STORY is not set")
    world = World(tmp_path, people=())
    try:
        transcript = tell(world, json.loads(Path(file).read_text(encoding="utf-8")))
    finally:
        world.market.close()
    assert len(transcript) > 30
    if "NANOMARKET_TRANSCRIPTS" in os.environ:
        Path(os.environ["NANOMARKET_TRANSCRIPTS"], "python.json").write_text(json.dumps(transcript), encoding="utf-8")
