"""One exception for each status of the library, below what Python has for the same meaning."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

__all__ = [
    "NanomarketError", "InternalError", "NoMemoryError", "InvalidError", "NotFoundError", "DeniedError", "LoginError", "StateError",
    "ClosedError", "ConflictError", "LimitError", "BusyError", "StorageError", "FullError", "ReadOnlyError", "CorruptError",
    "VersionError", "UnknownOutcomeError", "CancelledError",
]


class NanomarketError(Exception):
    """What a call answered instead of a result. Unless it is an UnknownOutcomeError, nothing was changed."""

    #: Number and word of the status: -4, "not_found".
    status: int = 0
    code: str = ""
    #: Which operation failed, such as "nano_publish"; "" for none.
    operation: str
    #: Which argument or field is meant; "" for none.
    field: str
    #: When to try again, in milliseconds from now; 0: not known.
    retry_after_ms: int
    #: What a server answers (RFC 9110).
    http_status: int

    def __init__(self, message: str = "", operation: str = "", field: str = "", retry_after_ms: int = 0, http_status: int = 500) -> None:
        super().__init__(message)
        self.operation = operation
        self.field = field
        self.retry_after_ms = retry_after_ms
        self.http_status = http_status

    @property
    def message(self) -> str:
        """One sentence for people, in the session's language."""
        return str(self.args[0])

    @property
    def retry_after(self) -> timedelta | None:
        """When to try again, if that is known."""
        return timedelta(milliseconds=self.retry_after_ms) if self.retry_after_ms else None

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.operation, self.field, self.retry_after_ms, self.http_status)


class InternalError(NanomarketError):
    """A defect of the library: report it."""

    status, code = -1, "internal"


class NoMemoryError(NanomarketError, MemoryError):
    """Out of memory: free some, try again."""

    status, code = -2, "no_memory"


class InvalidError(NanomarketError, ValueError):
    """An argument breaks a rule: correct the field."""

    status, code = -3, "invalid"


class NotFoundError(NanomarketError, KeyError):
    """There is no such object, or none that this session may see."""

    status, code = -4, "not_found"


class DeniedError(NanomarketError, PermissionError):
    """This session may not do it, now or ever."""

    status, code = -5, "denied"


class LoginError(NanomarketError, PermissionError):
    """A login is needed, or it failed."""

    status, code = -6, "login"


class StateError(NanomarketError):
    """Not in the object's present state: read it again, decide anew."""

    status, code = -7, "state"


class ClosedError(StateError):
    """The market or the session was closed."""


class ConflictError(NanomarketError):
    """Something of that name or key exists already: choose another."""

    status, code = -8, "conflict"


class LimitError(NanomarketError):
    """Over a limit: take less, or wait for retry_after."""

    status, code = -9, "limit"


class BusyError(NanomarketError):
    """Another process or thread holds the store: try again later."""

    status, code = -10, "busy"


class StorageError(NanomarketError, OSError):
    """The disk or the reader failed."""

    status, code = -11, "io"


class FullError(NanomarketError, OSError):
    """No space left."""

    status, code = -12, "full"


class ReadOnlyError(NanomarketError, OSError):
    """The store or its folder cannot be written."""

    status, code = -13, "read_only"


class CorruptError(NanomarketError):
    """The file is damaged or no store: restore a backup."""

    status, code = -14, "corrupt"


class VersionError(NanomarketError):
    """The store was made by a newer library: update this one."""

    status, code = -15, "version"


class UnknownOutcomeError(NanomarketError):
    """The disk failed while committing: done or not done. Ask with the same idempotency key, or read the object again."""

    status, code = -16, "unknown"


class CancelledError(NanomarketError):
    """A callback asked to stop."""

    status, code = -17, "cancelled"


_CLOSED, _REENTERED = -1001, -1002
_BY_STATUS: dict[int, type[NanomarketError]] = {c.status: c for c in NanomarketError.__subclasses__()}
_BY_STATUS[_CLOSED] = ClosedError
_BY_STATUS[_REENTERED] = StateError


def from_status(status: int, operation: str, field: str, message: str, retry_after_ms: int, http_status: int) -> NanomarketError:
    return _BY_STATUS[status](message, operation, field, retry_after_ms, http_status)
