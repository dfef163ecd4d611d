"""Things that happen at the same moment, each on a database connection of its own.

Tests that use it commit for real: `@pytest.mark.django_db(transaction=True)`.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections


def at_once(*calls: Callable[[], Any], seconds: float = 60) -> list[Any]:
    """Start every call behind one barrier; give what each returned, or the exception it raised."""
    results: list[Any] = [TimeoutError("the call did not come back")] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(seconds)
            results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    return results


def failures(results: Sequence[Any]) -> list[Exception]:
    """Those of the results that are exceptions."""
    return [result for result in results if isinstance(result, Exception)]
