"""generate.py ROOT FOLDER: write what follows from the public headers: derived.i for SWIG, and the thin layers' generated files."""
from __future__ import annotations

import sys
from pathlib import Path

import describe
import emit_node
import emit_python
import emit_swig


def write(path: Path, text: str) -> None:
    """Only if it changed, so that nothing is built in vain."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main(root: Path, folder: Path) -> None:
    api = describe.read(root)
    write(folder / "derived.i", emit_swig.emit(api))
    write(folder / "python" / "_api.py", emit_python.emit(api))
    # The types that are written by hand come first.
    by_hand = (root / "bindings" / "node" / "lib" / "index.d.ts").read_text()
    files = emit_node.emit(api, root)
    write(folder / "node" / "index.d.ts", by_hand + files.pop("api.d.ts"))
    for name, text in files.items():
        write(folder / "node" / name, text)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
