"""Each PDF holds its own person's data and no other's, at any load (P22)."""

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from notices import pdf
from notices.letters import letter_bytes
from notices.models import Letter
from tests.faults.canary import canary, texts_of
from tests.faults.processes import environment, worker
from tests.notices.values import PRINTED, host_values, with_name
from tests.servers import database_url

Render = Callable[[str, dict[str, Any], str], bytes]


def values_of(number: int) -> dict[str, Any]:
    """A letter in which everything personal carries a string of its own."""
    values = with_name({**host_values(), **PRINTED}, canary(f"name{letters(number)}"))
    values["theme_ja"] = canary(f"theme{letters(number)}")
    values["addressee_lines"] = [canary(f"office{letters(number)}")]
    return values


def letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def marks_of(values: dict[str, Any]) -> set[str]:
    return {values["trainee"]["passport_name"], values["theme_ja"], *values["addressee_lines"]}


def mixed(contents: list[tuple[dict[str, Any], bytes]]) -> int:
    """How many PDFs lack something of their own person or hold something of another."""
    everyone = set().union(*(marks_of(values) for values, _content in contents))
    found = 0
    for values, content in contents:
        text = re.sub(r"\s", "", texts_of(content))
        found += {mark for mark in everyone if mark in text} != marks_of(values)
    return found


def print_in_parallel(render: Render, count: int = 40) -> list[tuple[dict[str, Any], bytes]]:
    people = [values_of(number) for number in range(count)]
    with ThreadPoolExecutor(8) as threads:
        contents = list(
            threads.map(lambda values: render("placement_notice.host", values, "ja"), people)
        )
    return list(zip(people, contents, strict=True))


def test_forty_letters_printed_eight_at_a_time_are_not_mixed_up():
    assert mixed(print_in_parallel(pdf.render_pdf)) == 0


_context: dict[str, Any] = {}
_turn = threading.Barrier(8)


def render_with_a_global(template: str, context: dict[str, Any], language: str) -> bytes:
    """The build that P22 is about: what is printed lies in the module on its way."""
    _context.update(context)
    _turn.wait(30)  # eight letters are on their way at the same moment
    return pdf.html_to_pdf(pdf.letter_page(template, _context, language))


def test_a_build_with_a_global_context_mixes_people_up():
    assert mixed(print_in_parallel(render_with_a_global, count=16)) > 0


@pytest.mark.django_db(transaction=True)
def test_two_worker_processes_mix_nothing_up(draft, settings, tmp_path):
    from django.conf import settings as configured

    people = {f"letter {n}": values_of(n) for n in range(16)}
    for key, values in people.items():
        draft(key, context={k: v for k, v in values.items() if k not in PRINTED})
    folder = configured.DATA_DIR / "letters"
    store = {**settings.STORAGES["letters"], "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "letters": store}
    env = environment(DATABASE_URL=database_url())

    with worker(env, processes=2):
        from notices.tasks import render_letters

        for _ring in range(4):
            render_letters.delay()
        wait_for(lambda: Letter.objects.issued().count() == len(people))

    found = [(people[letter.key], letter_bytes(letter)) for letter in Letter.objects.all()]
    assert mixed(found) == 0
    assert {letter.moves.filter(to_state="issued").count() for letter in Letter.objects.all()} == {
        1
    }


def wait_for(is_done: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < deadline, "the workers did not come to an end"
        time.sleep(0.2)
