"""api_coverage.py ROOT API_XML LIBRARY PACKAGE_FOLDER NODE_MODULE: is every function of the headers bound in both languages?

What SWIG reads in the headers, what generate.py reads in them, what the library exports, and what the modules have must be the same,
but for what describe.py ignores; and each bound function must be reachable in the thin layers."""
from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import describe
import emit_node


def declared(xml: str) -> set[str]:
    names = set()
    for node in ElementTree.parse(xml).iter("cdecl"):
        attributes = {a.get("name"): a.get("value") for a in node.findall("./attributelist/attribute")}
        if attributes.get("kind") == "function" and (attributes["name"] or "").startswith("nmk_"):
            names.add(attributes["name"] or "")
    return names


def main(root: str, xml: str, library: str, package: str, node_module: str) -> int:
    api = describe.read(Path(root))
    read = {f.name for f in api.functions}
    bound = {f.name for f in api.functions if not f.ignored}
    symbols = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    exported = {line.split()[-1] for line in symbols.splitlines() if " T nmk_" in line}
    sys.path.insert(0, str(Path(package).parent))
    from nanomarket import _nm  # type: ignore[import-not-found]

    python = {"nmk_" + n for n in dir(_nm)}
    code = f"process.stdout.write(JSON.stringify(Object.getOwnPropertyNames(require({json.dumps(node_module)}))))"
    node = {"nmk_" + n for n in json.loads(subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True).stdout)}

    failures = 0

    def same(what: str, missing: set[str]) -> None:
        nonlocal failures
        failures += len(missing)
        for name in sorted(missing):
            print(f"{name}(): {what}")

    same("SWIG does not see it", read - declared(xml))
    same("generate.py does not see it", declared(xml) - read)
    same("is declared and not exported", read - exported)
    same("is exported and not declared", exported - read)
    same("is not bound in Python", bound - python)
    same("is not bound in Node", bound - node)

    thin = "\n".join(p.read_text() for p in Path(package).glob("*.py") if p.name != "_native.py")
    called = {"nmk_" + n for n in re.findall(r"\bc\.(\w+)", thin)}
    of_pages = {v.name + end for v in api.values.values() if v.is_page for end in ("_count", "_item", "_next", "_json")}
    words = {f.name for f in bound_functions(api) if f.name.endswith("_of")}
    same("is not reachable in Python", {n for n in bound - called - words - of_pages if not count_only(api, n)})
    emitter = emit_node.Emitter(api, Path(root))
    emitter.emit()
    table = json.dumps(emitter.table) + (Path(root) / "bindings/node/lib/index.js").read_text()
    known = {"nmk_" + n for n in re.findall(r"\w+", table)}
    known |= {f.name for f in bound_functions(api) if f.name.endswith(("_word", "_json"))}
    same("is not reachable in Node", bound - known - words - of_pages)
    print(f"{len(read)} functions declared and exported, {len(bound)} bound in Python and Node, {len(read - bound)} ignored; {failures} missing")
    return failures != 0


def bound_functions(api: describe.Api) -> list[describe.Function]:
    return [f for f in api.functions if not f.ignored]


def count_only(api: describe.Api, name: str) -> bool:
    """The count of something that is given as a tuple."""
    return any(name == f.name for v in api.values.values() for f in v.getters if name.endswith("_count") and v.indexed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
