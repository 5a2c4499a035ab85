"""chat.py STORE USERNAME [NANO_ID]: talk about a nano with its creator, or go on with the newest chat. Each line that is typed is
sent; what the other one writes appears at once. The end of the input ends it."""
from __future__ import annotations

import sys
import threading
from uuid import UUID

import nanomarket


def follow(session: nanomarket.Session, chat_id: UUID, shown: threading.Condition, seen: list[int]) -> None:
    """Print what is new until the session is closed. It has a session of its own: one that waits is busy."""
    try:
        while True:
            for message in session.chat_messages(chat_id, seen[0]):
                print(f"{message.author}: {message.text}", flush=True)
                with shown:
                    seen[0] = message.sequence
                    shown.notify()
            session.chat_wait(chat_id, seen[0], 60_000)
    except (nanomarket.CancelledError, nanomarket.ClosedError):
        pass


def main(store: str, username: str, nano_id: str | None = None) -> None:
    with nanomarket.open(store) as market, market.act_as(username) as session, market.act_as(username) as listener:
        chat = session.chat_open(nano_id)[0] if nano_id else next(iter(session.chat_list(limit=1)))
        shown, seen, sent = threading.Condition(), [0], chat.last_sequence
        thread = threading.Thread(target=follow, args=(listener, chat.id, shown, seen))
        thread.start()
        try:
            for line in sys.stdin:
                sent = session.chat_send(chat.id, text=line.strip()).sequence
            with shown:
                shown.wait_for(lambda: seen[0] >= sent, timeout=10)
        finally:
            listener.close()
            thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
