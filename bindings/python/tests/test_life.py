"""Closing, threads, the end of the interpreter, memory, hostile arguments."""
from __future__ import annotations

import gc
import inspect
import re
import resource
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import CodeType

import pytest
from conftest import PASSWORD, World, package

import nanomarket
from nanomarket import _nm as c


def run(code: str, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(code), *arguments], capture_output=True,
                          text=True, timeout=timeout)


def test_closing_twice_does_nothing_and_calls_afterwards_say_so(world: World) -> None:
    world.guest.close()
    world.guest.close()
    assert world.guest.closed and "closed" in repr(world.guest)
    with pytest.raises(nanomarket.ClosedError):
        world.guest.nano_list().page()
    world.market.close()
    world.market.close()
    assert world.market.closed and world.system.closed
    for call in (world.market.session, lambda: world.system.user_id(), lambda: world.system.set_language("de")):
        with pytest.raises(nanomarket.ClosedError):
            call()


def test_with_closes_even_after_an_exception(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        with nanomarket.open(tmp_path / "m.db", create=True) as market, market.session() as session:
            raise ZeroDivisionError
    assert market.closed and session.closed


class Held:
    """A reader that waits in the middle of an upload."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.content = package()

    def read(self, size: int) -> bytes:
        self.begun.set()
        assert self.go_on.wait(30)
        part, self.content = self.content[:size], self.content[size:]
        return part


def test_a_call_that_is_under_way_ends_before_its_session_and_market_close(world: World) -> None:
    nano = world.creator.nano_create(title="Paket")
    held = Held()
    with ThreadPoolExecutor() as pool:
        upload = pool.submit(world.creator.package_upload, nano.id, held)  # type: ignore[arg-type]
        assert held.begun.wait(30)
        waiting = pool.submit(world.creator.nano_get, nano.id)
        time.sleep(0.05)
        world.market.close()
        assert world.creator.closed
        with pytest.raises(nanomarket.ClosedError):
            waiting.result(30)
        held.go_on.set()
        assert upload.result(30).number == "1.0.0"


def test_two_threads_on_one_session_come_one_after_the_other(world: World) -> None:
    nano = world.creator.nano_create(title="Paket")
    held = Held()
    with ThreadPoolExecutor() as pool:
        upload = pool.submit(world.creator.package_upload, nano.id, held)  # type: ignore[arg-type]
        assert held.begun.wait(30)
        read = pool.submit(world.creator.nano_get, nano.id)
        time.sleep(0.05)
        assert not read.done()
        held.go_on.set()
        assert upload.result(30).number == read.result(30).version == "1.0.0"


def test_a_callback_that_uses_its_own_session_is_told_so(world: World) -> None:
    def progress(done: int, total: int) -> None:
        world.system.user_find("admin")

    with pytest.raises(nanomarket.StateError, match="callback"):
        world.system.market_backup(world.folder / "b.db", progress=progress)
    assert world.system.user_find("admin").username == "admin"


def test_many_threads_on_one_session_and_many_sessions(world: World) -> None:
    nano = world.published()
    errors: list[BaseException] = []

    def work(shared: bool) -> None:
        try:
            session = world.guest if shared else world.market.session()
            for i in range(50):
                assert session.nano_get(nano.id).title == nano.title
                with pytest.raises(nanomarket.NotFoundError) as error:
                    session.user_find(f"nobody{i}")
                assert error.value.operation == "user_find"
            if not shared:
                session.close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(i % 2 == 0,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors


def test_other_threads_run_while_a_password_is_hashed(world: World) -> None:
    world.system.user_add(role="consumer", email="lena@example.org", username="lena", password=PASSWORD)
    ticks, stop = 0, threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not stop.is_set():
            ticks += 1
            time.sleep(0)

    thread = threading.Thread(target=tick)
    session = world.market.session()
    thread.start()
    during = 0
    for _ in range(20):  # with the GIL held it would be nothing each time
        before = ticks
        session.login("lena@example.org", PASSWORD)
        during = max(during, ticks - before)
        if during > 20:
            break
    stop.set()
    thread.join()
    assert during > 20


def test_an_event_cancels(world: World) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(nanomarket.CancelledError):
        world.system.market_backup(world.folder / "b.db", cancel=cancel)


def test_ctrl_c_stops_what_is_long(tmp_path: Path) -> None:
    code = """
        import nanomarket, os, signal, sys
        signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs in the background may have it ignored
        with nanomarket.open(sys.argv[1], create=True) as market, market.system() as system:
            def progress(done, total):
                os.kill(os.getpid(), signal.SIGINT)
            try:
                system.market_backup(sys.argv[1] + ".backup", progress=progress)
            except KeyboardInterrupt:
                print("stopped", os.path.exists(sys.argv[1] + ".backup"))
    """
    done = run(code, str(tmp_path / "m.db"))
    assert (done.stdout.strip(), done.stderr) == ("stopped False", "")


@pytest.mark.parametrize("order", ["", "market.close()", "session.close()", "del market", "del session", "del market, session"])
def test_the_interpreter_ends_with_everything_open(tmp_path: Path, order: str) -> None:
    code = f"""
        import nanomarket, sys
        market = nanomarket.open(sys.argv[1], create=True, clock=lambda: 1_750_000_000_000)
        session = market.system()
        session.user_add(role="admin", email="a@example.org", username="anna", password=None)
        page = session.user_list().page()
        class Late:
            def __del__(self):
                for handle in kept:
                    handle.close()
        kept = [market, session]
        late = Late()
        {order}
    """
    done = run(code, str(tmp_path / "m.db"))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_clock_that_fails_is_reported_and_breaks_nothing(tmp_path: Path) -> None:
    code = """
        import nanomarket, sys
        sys.unraisablehook = lambda event: print("reported", event.exc_type.__name__, file=sys.stderr)
        with nanomarket.open(sys.argv[1], create=True, clock=lambda: 1 // 0) as market, market.system() as system:
            user = system.user_add(role="admin", email="a@example.org", username="anna", password=None)
            print(user.created_at.year > 2000)
    """
    done = run(code, str(tmp_path / "m.db"))
    assert done.stdout.strip() == "True" and set(done.stderr.split("\n")) == {"reported ZeroDivisionError", ""}


def memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_memory_is_flat_over_10_000_rounds(world: World) -> None:
    nano = world.published()

    def rounds(count: int) -> None:
        for i in range(count):
            found = world.guest.nano_get(nano.id)
            assert found.title and found.category_ids
            if i % 10 == 0:
                page = world.guest.search(text="datenschutz").page()
                assert page[0].id == nano.id
                try:
                    world.guest.user_find("nobody")
                except nanomarket.NotFoundError:
                    pass
                world.market.session().close()

    rounds(2000)
    grown: list[int] = []
    for _ in range(5):  # a leak grows in each window
        gc.collect()
        before, objects = memory(), len(gc.get_objects())
        rounds(10_000)
        gc.collect()
        assert len(gc.get_objects()) - objects < 100
        grown.append(memory() - before)
        if grown[-1] < 1_000_000:
            return
    pytest.fail(f"grew by {grown} bytes")


HOSTILE = [None, 0, 1, -1, 2**31, 2**63, -(2**63), 2**64, 1.5, float("nan"), True, "", "x", "a\0b", "\ud800", b"", b"x", [], {}, (), object(),
           "x" * 1_000_000, [1], {"title": 1}, {"nonsense": 1}, lambda *a: None, memoryview(bytearray(16))[::2]]


def names_in(code: CodeType) -> set[str]:
    return set(code.co_names).union(*(names_in(part) for part in code.co_consts if isinstance(part, CodeType)))


def documentation() -> dict[str, str]:
    """What the thin layer says of each call of the native module."""
    texts: dict[str, str] = {}
    for owner in (nanomarket, *(v for v in vars(nanomarket).values() if isinstance(v, type))):
        for base in owner.__mro__ if isinstance(owner, type) else (owner,):
            for function in vars(base).values():
                if inspect.isfunction(function):
                    texts.update(dict.fromkeys(names_in(function.__code__) & vars(c).keys(), inspect.getdoc(function) or ""))
    for name, text in texts.items():
        for other in re.findall(r"Raises: as (\w+)\(\)", text):
            texts[name] += texts.get(other, "") + texts.get("session_" + other, "")
    return texts


def test_hostile_arguments_raise_what_is_documented_and_crash_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of the native module with every hostile value in every place."""
    monkeypatch.chdir(world.folder)
    nano = world.published()
    sessions = [world.guest, world.consumer, world.creator, world.moderator, world.admin, world.system]
    handles = [*(s._handle for s in sessions), world.market._handle, nano._handle]
    few = [*HOSTILE[:8], "x", str(nano.id), "00000000-0000-8000-8000-000000000000"]
    names = sorted(n for n in vars(c) if not n.startswith(("_", "SWIG", "delete_", "close_")) and not n.endswith("_swigregister"))
    assert len(names) > 500
    said = documentation()
    calls, unsaid = 0, set()
    for name in names:
        call = getattr(c, name)
        if not callable(call):
            continue
        for first in handles + HOSTILE[:6]:
            for count in range(0, 7):
                for value in HOSTILE if count in (1, 2) and first in handles[-3:] else few:
                    try:
                        call(*([first] + [value] * count)[: count or 1])
                    except nanomarket.NanomarketError as error:
                        if type(error).__name__ not in said.get(name, "") and not isinstance(error, nanomarket.ClosedError):
                            unsaid.add(f"{name}: {type(error).__name__}")
                    except (TypeError, ValueError, OverflowError, BufferError):
                        pass
                    calls += 1
    assert calls > 100_000
    assert not unsaid
    with nanomarket.open(world.path) as market, market.act_as("creator") as creator:
        assert creator.nano_create(title="Noch da").title == "Noch da"


@pytest.mark.parametrize("call, error", [
    (lambda w: w.guest.nano_get(1), TypeError),
    (lambda w: w.guest.nano_get("a\0b"), ValueError),
    (lambda w: w.guest.nano_get("\ud800"), UnicodeEncodeError),
    (lambda w: w.guest.nano_review_queue(limit=2**31).page(), OverflowError),
    (lambda w: w.guest.nano_review_queue(limit=1.5).page(), TypeError),
    (lambda w: w.system.outbox_take(2**63), OverflowError),
    (lambda w: w.system.market_check(1), TypeError),
    (lambda w: w.creator.package_upload(w.creator.nano_create(title="x").id, memoryview(package())[::2]), BufferError),
    (lambda w: w.system.keys_change_root(callback=b"short"), ValueError),
    (lambda w: w.creator.nano_create(title="x", category_ids="abc"), TypeError),
    (lambda w: w.creator.nano_create(title="x", category_ids=[1]), TypeError),
    (lambda w: c.nano_title(w.market._handle), TypeError),
    (lambda w: c.nano_get(w.published()._handle, "x"), TypeError),
    (lambda w: c.nano_title(None), TypeError),
])
def test_wrong_arguments_raise_what_python_raises(world: World, call: object, error: type[BaseException]) -> None:
    with pytest.raises(error):
        call(world)  # type: ignore[operator]
