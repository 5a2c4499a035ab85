"""search_as_you_type.py STORE: after each line that is typed, what has been found so far. An empty line ends it."""
from __future__ import annotations

import sys

import nanomarket


def found(session: nanomarket.Session, text: str) -> list[str]:
    """The last word may be unfinished."""
    return [nano.title for nano in session.search(text=text, limit=5).page()]


if __name__ == "__main__":
    with nanomarket.open(sys.argv[1]) as market, market.session() as guest:
        for line in iter(sys.stdin.readline, ""):
            text = line.strip()
            if not text:
                break
            print(f"{text}: {', '.join(found(guest, text)) or '-'}", flush=True)
