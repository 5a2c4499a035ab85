"""What the generated calls stand on: conversions, values, pages."""
from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from enum import Enum, IntEnum
from itertools import count
from threading import Event
from time import monotonic
from typing import Any, ClassVar, Generic, Self, TypeVar, overload
from uuid import UUID

from . import _native as _registers_destructors  # noqa: F401
from . import _nm as c
from .errors import from_status

c._set_error_factory(from_status)

T = TypeVar("T")
Progress = Callable[[int, int], "bool | None"]
Buffer = bytes | bytearray | memoryview
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Unset(Enum):
    """Not given, which in an update is something else than None."""

    UNSET = 0


UNSET = Unset.UNSET


class WordEnum(IntEnum):
    """A number of the library that has a word. ``Role("creator")`` is ``Role.CREATOR``."""

    @property
    def word(self) -> str:
        """As in JSON and on the command line."""
        return self.name.lower()

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return next((m for m in cls if m.word == value), None)


E = TypeVar("E", bound=IntEnum)
A = TypeVar("A")


def number_of(kind: type[E], value: E | str | None) -> int:
    return 0 if value is None else int(kind(value))  # type: ignore[arg-type]


def handle_of(kind: type[Value], value: Value) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"a {kind.__name__} is needed, not {type(value).__name__}")
    return value._handle


def enum_of(kind: type[E], number: int) -> E | None:
    return kind(number) if number else None


def milliseconds(time: datetime | None) -> int:
    if time is None:
        return 0
    if time.tzinfo is None:
        raise ValueError("a datetime needs a time zone")
    return (time - EPOCH) // timedelta(milliseconds=1)


def time_of(number: int) -> datetime | None:
    return EPOCH + timedelta(milliseconds=number) if number else None


def id_text(value: UUID | str | None) -> str | None:
    return str(value) if isinstance(value, UUID) else value


def id_of(text: str | None) -> UUID | None:
    return UUID(text) if text is not None else None


def path_text(path: str | os.PathLike[str]) -> str:
    text = os.fspath(path)
    if not isinstance(text, str):
        raise TypeError("a path must be text")
    return text


def id_texts(values: Sequence[UUID | str] | None) -> list[str | None] | None:
    if isinstance(values, str):
        raise TypeError("a list of texts is needed, not one text")
    return None if values is None else [id_text(v) for v in values]


def texts(values: Sequence[str] | None) -> list[str] | None:
    if isinstance(values, str):
        raise TypeError("a list of texts is needed, not one text")
    return None if values is None else list(values)


def members(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A struct within another, which a TypedDict stands for."""
    if value is None:
        return None
    return {name: list(v) if isinstance(v, (tuple, set, frozenset)) else v for name, v in value.items()}


def bits_of(values: int | Iterable[int] | None) -> int | None:
    if values is None or isinstance(values, int):
        return values
    bits = 0
    for value in values:
        bits |= value
    return bits


def set_of(kind: type[E], values: Iterable[E | str] | None) -> int | None:
    if isinstance(values, str):
        raise TypeError("several values are needed, not one text")
    return None if values is None else bits_of(1 << number_of(kind, value) for value in values)


def until_none(item: Callable[[int], str | None]) -> Iterator[str]:
    for i in count():
        text = item(i)
        if text is None:
            return
        yield text


def given(**members: Any) -> dict[str, Any]:
    """An option struct: what is None has the default."""
    return {name: value for name, value in members.items() if value is not None}


def changed(**members: Any) -> dict[str, Any]:
    """A change: what is None is cleared, what was not given stays."""
    return {name: value for name, value in members.items() if value is not UNSET}


def unset_or(convert: Callable[[Any], Any], value: Any) -> Any:
    return value if value is UNSET else convert(value)


def watched(progress: Progress | None, cancel: Event | None) -> Progress | None:
    """A progress callback that also stops when `cancel` is set."""
    if cancel is None:
        return progress
    event = cancel

    def step(done: int, total: int) -> bool:
        if event.is_set():
            return False
        answer = progress(done, total) if progress is not None else None
        return answer is None or bool(answer)

    return step


SLICE_MS = 250


def waited(call: Callable[[int], A], is_news: Callable[[A], bool], timeout_ms: int, longest: int) -> A:
    """Wait in slices, between which Ctrl-C is heard and other threads use the session."""
    if not 0 <= timeout_ms <= longest:
        return call(timeout_ms)  # which refuses it
    end = monotonic() + timeout_ms / 1000
    while True:
        left = max(0, min(timeout_ms, round((end - monotonic()) * 1000)))
        answer = call(min(left, SLICE_MS))
        if left <= SLICE_MS or is_news(answer):
            return answer


class Native:
    """What stands for something of the library cannot be copied or sent."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(f"a {type(self).__name__} cannot be copied")


class Value(Native):
    """A snapshot that the library handed out. Nothing that happens later changes it."""

    __slots__ = ("_handle", "_owner", "__weakref__")
    _handle: Any
    _owner: object
    _json: ClassVar[Callable[..., str] | None] = None

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} comes from calls of a session")

    @classmethod
    def _wrap(cls, handle: Any, owner: object = None) -> Self:
        value = object.__new__(cls)
        value._handle = handle
        value._owner = owner  # what the handle is borrowed from
        return value

    def to_dict(self, *arguments: Any) -> dict[str, Any]:
        """All of it, with the names and forms of the library's JSON."""
        form = type(self)._json
        if form is None:
            raise TypeError(f"{type(self).__name__} has no JSON form")
        answer: dict[str, Any] = json.loads(form(self._handle, *arguments))
        return answer

    def __repr__(self) -> str:
        names = [n for n in ("id", "username", "title", "name", "number") if isinstance(getattr(type(self), n, None), property)]
        return f"<nanomarket.{type(self).__name__}{''.join(f' {n}={getattr(self, n)!s}' for n in names)}>"


V = TypeVar("V", bound=Value)


class Collection(Value, Sequence[T]):
    """Several values that came at once."""

    __slots__ = ()

    def __len__(self) -> int:
        raise NotImplementedError

    def _at(self, index: int) -> T:
        raise NotImplementedError

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self._at(i) for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._at(index % len(self))


class Page(Native, Sequence[V]):
    """One page of a list."""

    __slots__ = ("_handle", "_kind")

    def __init__(self, handle: Any, kind: type[V]) -> None:
        self._handle = handle
        self._kind = kind

    @property
    def next_cursor(self) -> str | None:
        """For the call that gets the next page; None after the last."""
        cursor: str | None = getattr(c, self._prefix + "_next")(self._handle)
        return cursor

    @property
    def _prefix(self) -> str:
        prefix: str = self._kind._page_prefix  # type: ignore[attr-defined]
        return prefix

    def __len__(self) -> int:
        count: int = getattr(c, self._prefix + "_count")(self._handle)
        return count

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> list[V]: ...
    def __getitem__(self, index: int | slice) -> V | list[V]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._kind._wrap(getattr(c, self._prefix + "_item")(self._handle, index % len(self)), self)

    def to_dict(self) -> dict[str, Any]:
        """{"items": [...], "next": cursor or None}"""
        answer: dict[str, Any] = json.loads(getattr(c, self._prefix + "_json")(self._handle))
        return answer

    def __repr__(self) -> str:
        return f"<nanomarket.Page of {len(self)} {self._kind.__name__}>"


class Listing(Generic[V]):
    """A list that is fetched page by page while it is iterated. The first page is fetched when it is needed."""

    __slots__ = ("_fetch", "_cursor")

    def __init__(self, fetch: Callable[[str | None], Page[V]], cursor: str | None) -> None:
        self._fetch = fetch
        self._cursor = cursor

    def page(self) -> Page[V]:
        """The page that the cursor stands for, the first one without it."""
        return self._fetch(self._cursor)

    def pages(self) -> Iterator[Page[V]]:
        """All pages from there."""
        page = self.page()
        while True:
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return
            page = self._fetch(cursor)

    def __iter__(self) -> Iterator[V]:
        for page in self.pages():
            yield from page


class Handle(Native):
    """A market or a session: closed once, however often that is asked for."""

    __slots__ = ("_handle", "__weakref__")
    _handle: Any

    @property
    def closed(self) -> bool:
        """Was it closed?"""
        answer: bool = c.is_closed(self._handle)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<nanomarket.{type(self).__name__}{' closed' if self.closed else ''}>"
