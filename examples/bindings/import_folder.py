"""import_folder.py STORE FOLDER: import what FOLDER/catalog.jsonl lists, with the packages beside it, and hand it in for review.

Running it again imports only what is missing: the idempotency key says which row a nano came from."""
from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import nanomarket


def import_folder(store: Path, folder: Path) -> tuple[int, int]:
    imported = refused = 0
    with nanomarket.open(store, create=True) as market, market.system() as system:
        for line in (folder / "catalog.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            try:
                creator = system.user_find(row["creator"])
            except nanomarket.NotFoundError:
                creator = system.user_add(role="creator", email=f"{row['creator']}@import.invalid", username=row["creator"])
            session = market.act_as(creator.username)
            try:
                nano = session.nano_create(
                    title=row["title"], description=row.get("description"), duration_minutes=row.get("duration_minutes"),
                    competency_level=row.get("competency_level"), language=row.get("language"),
                    idempotency_key=hashlib.sha256(f"{row['creator']}/{row['title']}".encode()).hexdigest())
                if nano.version is None:
                    session.package_upload(nano.id, folder / row["package"])
                    session.nano_submit(nano.id)
                    imported += 1
            except nanomarket.NanomarketError as error:
                refused += 1
                print(f"{row['title']}: {error.field}: {error}", file=sys.stderr)
    return imported, refused


if __name__ == "__main__":
    done, failed = import_folder(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{done} imported, {failed} refused")
