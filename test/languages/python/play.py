"""Plays every story, and prints one line of JSON for each: what was played, how many methods it called, what went wrong."""

import asyncio
import json
import sys
import traceback
import warnings

warnings.simplefilter("ignore", DeprecationWarning)

import chat_story
import identity_story
import management_story
from told import Told

PLAYS = [
    ("identity", "synchronous", identity_story.tell),
    ("identity", "asynchronous", identity_story.tell_async),
    ("chat", "synchronous", chat_story.tell),
    ("chat", "asynchronous", chat_story.tell_async),
    ("management", "synchronous", management_story.tell),
    ("management", "asynchronous", management_story.tell_async),
]


def play(capability, way, tell):
    told = Told(capability)
    failure = None
    try:
        result = tell(told)
        if asyncio.iscoroutine(result):
            asyncio.run(result)
        uncalled = told.uncalled()
        if uncalled:
            failure = f"Nobody called {', '.join(uncalled)}."
    except Exception:
        failure = traceback.format_exc(limit=-6)
    print(json.dumps({"capability": capability, "way": way, "methods": told.count(), "failure": failure}), flush=True)
    return failure is None


if __name__ == "__main__":
    sys.exit(0 if all([play(*each) for each in PLAYS]) else 1)
