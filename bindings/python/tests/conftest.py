"""A small market of named people."""
from __future__ import annotations

import gc
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import nanomarket
from nanomarket import _nm as c

PASSWORD = "a rather long pass phrase"


class World:
    def __init__(self, folder: Path, people: tuple[str, ...] = ("consumer", "creator", "moderator", "admin")) -> None:
        self.folder = folder
        self.path = folder / "market.db"
        self.now = 1_750_000_000_000
        self.market = nanomarket.open(self.path, create=True, clock=lambda: self.now, password_memory_kib=19456)
        self.system = self.market.system()
        self.guest = self.market.session()
        for role in people:
            self.system.user_add(role=role, email=f"{role}@example.org", username=role, password=None)
            setattr(self, role, self.market.act_as(role))

    consumer: nanomarket.Session
    creator: nanomarket.Session
    moderator: nanomarket.Session
    admin: nanomarket.Session

    def published(self, title: str = "Datenschutz") -> nanomarket.Nano:
        category = next(iter(self.system.category_list()), None) or self.system.category_create("Recht")
        nano = self.creator.nano_create(title=title, description="Was darf man?", duration_minutes=5, category_ids=[category.id])
        self.creator.package_upload(nano.id, package())
        self.creator.nano_submit(nano.id)
        self.moderator.nano_publish(nano.id)
        return self.guest.nano_get(nano.id)


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def package(size: int = 0) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.pdf", PDF)
        if size:
            archive.writestr("big.txt", "0123456789" * (size // 10))
    return file.getvalue()


@pytest.fixture
def world(nothing_is_left: None, tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.market.close()
    vars(world).clear()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Of the library's objects; set up first, it looks last."""
    gc.collect()
    before = c.live_objects()
    yield
    gc.collect()
    assert c.live_objects() <= before
