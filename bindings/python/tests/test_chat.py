"""Chats: waiting for what is new, and what only the two can read."""
from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import pytest
from conftest import World
from test_life import run

import nanomarket

KEY = bytes(range(32))


def test_a_wait_ends_with_what_is_new(world: World) -> None:
    chat, created = world.consumer.chat_open(world.published().id)
    assert created and chat.partner == "creator"
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(world.creator.chat_wait, chat.id, 0, 60_000)
        time.sleep(0.05)
        sent = world.consumer.chat_send(chat.id, text="Gibt es ein PDF?")
        assert waiting.result(30) == sent.sequence == 1
    assert [m.text for m in world.creator.chat_messages(chat.id, 0)] == ["Gibt es ein PDF?"]


def test_a_wait_that_gets_nothing_answers_what_was_asked_with(world: World) -> None:
    chat, _ = world.consumer.chat_open(world.published().id)
    assert world.consumer.chat_wait(chat.id, 0, 1) == 0
    assert world.consumer.chat_wait(chat.id, 0, 300) == 0  # longer than a slice
    for wrong in (-1, 3_600_001):
        with pytest.raises(nanomarket.InvalidError):
            world.consumer.chat_wait(chat.id, 0, wrong)


def test_the_host_waits_for_all(world: World) -> None:
    seen = 0
    while changes := world.system.changes_wait(seen, 0):
        seen = changes[-1].change_number
    chat, _ = world.consumer.chat_open(world.published().id)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(world.system.changes_wait, seen, 60_000)
        world.consumer.chat_send(chat.id, text="Hallo")
        assert len(waiting.result(30)) > 0


@pytest.mark.parametrize("how", ["cancel", "session", "market"])
def test_a_wait_ends_at_once_when_it_is_cancelled_or_closed(world: World, how: str) -> None:
    chat, _ = world.consumer.chat_open(world.published().id)
    session = world.market.act_as("consumer")
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        session.chat_wait(chat.id, 0, 3_600_000)

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(wait)
        assert begun.wait(30)
        {"cancel": session.chat_cancel_wait, "session": session.close, "market": world.market.close}[how]()
        with pytest.raises((nanomarket.CancelledError, nanomarket.ClosedError)):
            waiting.result(30)


def test_ctrl_c_ends_a_wait(world: World) -> None:
    chat, _ = world.consumer.chat_open(world.published().id)
    code = """
        import nanomarket, os, signal, sys, threading
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with nanomarket.open(sys.argv[1]) as market, market.act_as("consumer") as session:
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
            try:
                session.chat_wait(sys.argv[2], 0, 3_600_000)
            except KeyboardInterrupt:
                print("stopped")
    """
    done = run(code, str(world.path), str(chat.id))
    assert (done.stdout.strip(), done.stderr) == ("stopped", "")


def test_two_who_talk_end_to_end(world: World) -> None:
    now = datetime.fromtimestamp(world.now / 1000, timezone.utc)
    chat, _ = world.consumer.chat_open(world.published().id)
    carl, lena = nanomarket.e2e_identity_create(now), nanomarket.e2e_identity_create(now)
    one_time = carl.add_one_time(10)
    assert world.creator.prekey_publish(carl.signed_prekey, one_time).one_time_left == 10
    world.consumer.chat_make_end_to_end(chat.id)

    bundle = world.consumer.prekey_take(chat.creator_id)
    channel = nanomarket.e2e_channel_start(lena, bundle, None, str(chat.id))
    sealed = channel.encrypt("Grüße\0!".encode())
    sent = world.consumer.chat_send(chat.id, ciphertext=sealed)
    assert sent.text is None and sent.ciphertext_bytes() == sealed

    received = world.creator.chat_messages(chat.id, 0)[0].ciphertext_bytes()
    assert nanomarket.e2e_message_is_first(received)
    answering, text = nanomarket.e2e_channel_accept(carl, received, None, str(chat.id))
    assert text.content == "Grüße\0!".encode() and answering.peer == lena.key
    assert "Gr" not in repr(text)
    answer = answering.encrypt(b"Danke")
    assert channel.decrypt(answer).content == b"Danke"
    with pytest.raises(nanomarket.StateError):
        channel.decrypt(answer)

    kept = channel.save(KEY)
    assert nanomarket.e2e_channel_load(kept, KEY).peer == carl.key
    with pytest.raises(nanomarket.CorruptError):
        nanomarket.e2e_channel_load(kept, bytes(32))
    assert nanomarket.e2e_identity_load(carl.save(KEY), KEY).key == carl.key
    assert nanomarket.e2e_safety_number(carl.key, "carl", lena.key, "lena") == nanomarket.e2e_safety_number(lena.key, "lena", carl.key, "carl")
    assert nanomarket.e2e_report_verify(text.report(), nanomarket.e2e_message_commitment(received)) == "Grüße\0!".encode()
    for wrong in (None, "x", chat, answering):
        with pytest.raises(TypeError):
            nanomarket.e2e_channel_start(wrong, bundle, None, str(chat.id))  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        channel.save(b"short")


def test_what_is_spam_is_the_hosts_affair(world: World) -> None:
    assert nanomarket.content_check("https://mine.example/") is nanomarket.ContentVerdict.FINE
    verdict = nanomarket.content_check("https://mine.example/", blocked_domains=("mine.example",))
    assert verdict is nanomarket.ContentVerdict.BLOCKED_DOMAIN and verdict.word == "phishing_domain_detected"
    chat, _ = world.consumer.chat_open(world.published().id)
    rules: nanomarket.ContentFilter = {"blocked_domains": ["mine.example", "yours.example"], "shorteners": [], "links_to_host": 1}
    with nanomarket.open(world.path, content_filter=rules) as market, market.act_as("consumer") as lena:
        rules["blocked_domains"] = []
        for text in ("https://mine.example/", "https://yours.example/", "https://a.example/1 https://a.example/2"):
            with pytest.raises(nanomarket.InvalidError):
                lena.chat_send(chat.id, text=text)
        assert lena.chat_send(chat.id, text="https://spam.ru/").sequence == 1
    wrong: list[object] = [{"blocked_domains": "mine.example"}, {"blocked_domains": [1]}, {"nonsense": 1}, "x", 1]
    for given in wrong:
        with pytest.raises((TypeError, AttributeError)):
            nanomarket.open(world.path, content_filter=given)  # type: ignore[arg-type]
