"""moderation_queue.py STORE MODERATOR: publish what waits and is complete, send the rest back with what is missing."""
from __future__ import annotations

import sys

import nanomarket


def work(session: nanomarket.Session) -> tuple[int, int]:
    published = rejected = 0
    for nano in session.nano_review_queue(limit=50):
        try:
            session.nano_publish(nano.id)
            published += 1
        except nanomarket.InvalidError as error:
            session.nano_reject(nano.id, f"Bitte ergänzen: {error.field}")
            rejected += 1
        except nanomarket.DeniedError:
            print(f"{nano.title}: somebody else must decide", file=sys.stderr)
    return published, rejected


if __name__ == "__main__":
    with nanomarket.open(sys.argv[1]) as market, market.act_as(sys.argv[2]) as moderator:
        print("%d published, %d sent back" % work(moderator))
