"""An embeddable marketplace for short learning units.

    with nanomarket.open("shop.db", create=True) as market:
        session = market.login("mona@example.org", "a long pass phrase")
        for nano in session.search(text="datenschutz"):
            print(nano.title, nano.published_at)

Calls are named as in the C library, without "nmk_". What a call hands out is a snapshot."""
from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, BinaryIO, Self, final, overload
from uuid import UUID
from weakref import WeakSet

from . import _api as _api
from . import _nm as c
from . import errors as errors
from ._api import *  # noqa: F403
from ._api import MarketCalls, SessionCalls, Version
from ._core import UNSET as UNSET
from ._core import Buffer, given, id_text, path_text
from ._core import Collection as Collection
from ._core import Listing as Listing
from ._core import Page as Page
from ._core import Value as Value
from ._core import WordEnum as WordEnum
from .errors import *  # noqa: F403

__version__: str = c.library_version()
__all__ = sorted(["Market", "Session", "Listing", "Page", "Value", "Collection", "WordEnum", "UNSET", *_api.__all__, *errors.__all__])

Path = str | os.PathLike[str]


@final
class Session(SessionCalls):
    """Who acts: a guest, a member or the host. Threads may share one; their calls come one after the other."""

    __slots__ = ("market",)
    #: Whose session it is.
    market: Market

    def __init__(self) -> None:
        raise TypeError("sessions come from a market")

    def _opened(self, handle: Any) -> Session:
        return self.market._opened(handle)

    def close(self) -> None:
        """End the session; a call that is under way ends first. Closing twice does nothing."""
        c.close_session(self._handle)

    def package_upload(self, nano_id: UUID | str, content: Buffer | BinaryIO | Path, *, number: str | None = None,
                       changelog: str | None = None, file_name: str | None = None, idempotency_key: str | None = None) -> Version:
        """Add a version to a nano: a ZIP package, streamed to the store's folder and inspected.

        Permitted to: the nano's creator and the host. Audited: yes.

        content: bytes, a file opened for reading in binary mode, or the path of a file
        number: "1.2.0", greater than every number before; None: 1.0.0, then the next minor
        changelog: at most 2000 code points, may have several lines
        file_name: what the member called the file, must end in .zip if given; only checked
        idempotency_key: up to 128 bytes; with it the call may be repeated safely

        Raises: InvalidError with field "package" and a message that names the rule and the entry, or another field;
        LimitError with field "package" if it is too large; ConflictError with field "number" if that is not greater than the
        last; StateError if the nano is neither draft nor published; NotFoundError; DeniedError; LoginError
        """
        upload = given(number=number, changelog=changelog, file_name=file_name, idempotency_key=idempotency_key)
        if isinstance(content, (str, os.PathLike)):
            return Version._wrap(c.package_upload_file(self._handle, id_text(nano_id), path_text(content), upload))
        upload["read"] = content if isinstance(content, (bytes, bytearray, memoryview)) else content.read
        return Version._wrap(c.package_upload(self._handle, id_text(nano_id), upload))

    @overload
    def package_download(self, nano_id: UUID | str, number: str | None = None, *, offset: int = 0, length: int = -1) -> bytes: ...
    @overload
    def package_download(self, nano_id: UUID | str, number: str | None = None, *, to: Path | BinaryIO, offset: int = 0, length: int = -1) -> None: ...
    def package_download(self, nano_id: UUID | str, number: str | None = None, *, to: Path | BinaryIO | None = None, offset: int = 0,
                         length: int = -1) -> bytes | None:
        """Download a package, or a range of it. A download that begins at offset 0 is counted.

        Permitted to: members, if the nano is published; else its creator and staff. Audited: yes.

        number: None for the current version
        to: a file opened for writing in binary mode, or the path of a new file, which gets the whole package and appears only
            when that is complete; without it the bytes are returned
        offset: of the first byte
        length: bytes at most; -1 for all that is left

        Raises: NotFoundError, also if there is no package; LoginError for guests; DeniedError; InvalidError if the offset lies
        behind the end; CorruptError if content and hash differ; ConflictError with field "path" if the file exists
        """
        if isinstance(to, (str, os.PathLike)):
            if offset or length != -1:
                raise ValueError("a file by its path gets the whole package")
            c.package_download_file(self._handle, id_text(nano_id), number, path_text(to))
            return None
        call = functools.partial(c.package_download, self._handle, id_text(nano_id), number, offset, length)
        return _received(call, to)

    def package_read_entry(self, nano_id: UUID | str, entry: str, number: str | None = None, *, offset: int = 0, length: int = -1) -> bytes:
        """Read one file of a package, unpacked, or a range of it: for previews. Not counted as a download.

        Permitted to: members who may download the package. Audited: no.

        entry: name as listed by package_list()
        number: None for the version that the session would download

        Raises: NotFoundError for nano, version or entry; InvalidError; LoginError; DeniedError; CorruptError
        """
        call = functools.partial(c.package_read_entry, self._handle, id_text(nano_id), number, entry, offset, length)
        return _received(call, None) or b""


def _received(call: Callable[[Callable[[bytes], object]], None], to: BinaryIO | None) -> bytes | None:
    if to is None:
        parts: list[bytes] = []
        call(parts.append)
        return b"".join(parts)
    target = to

    def write(data: bytes) -> None:
        rest = memoryview(data)
        while rest:  # a raw file may take less
            rest = rest[target.write(rest):]

    call(write)
    return None


@final
class Market(MarketCalls):
    """An opened store. Any number of threads may use it."""

    __slots__ = ("_sessions",)
    _sessions: WeakSet[Session]

    def __init__(self) -> None:
        raise TypeError("use nanomarket.open()")

    @classmethod
    def _wrap(cls, handle: Any) -> Self:
        market = object.__new__(cls)
        market._handle = handle
        market._sessions = WeakSet()
        return market

    def _opened(self, handle: Any) -> Session:
        session = object.__new__(Session)
        session._handle = handle
        session.market = self
        self._sessions.add(session)
        if self.closed:  # meanwhile
            session.close()
        return session

    def close(self) -> None:
        """Close the store and all its sessions; calls that are under way end first. Closing twice does nothing."""
        c.close_market(self._handle)
        for session in list(self._sessions):
            session.close()

    def session(self) -> Session:
        """A session for a guest."""
        return self.session_open()

    def system(self) -> Session:
        """A session for the host itself, which may do everything. Never give it to a user."""
        return self.session_open_system()

    def login(self, email: str, password: str, code: str | None = None) -> Session:
        """A member's session. See Session.login() and Session.login_with_code()."""
        session = self.session_open()
        try:
            session.login_with_code(email, password, code)
        except BaseException:
            session.close()
            raise
        return session

    def act_as(self, username: str) -> Session:
        """A member's session without a password, for the host."""
        with self.session_open_system() as system:
            return system.act_as(username)
