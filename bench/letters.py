"""How long one letter takes against WeasyPrint's own defaults, side by side in one run.

    python bench/letters.py [--letters 20] [--rounds 3]

The default call makes a new font configuration for every letter, sees every font of the machine,
parses the style sheet each time, and sets text in the machine's serif font with automatic column
widths. Ours is `notices.pdf.render_pdf`, PDF/UA-1 included, each letter in a child of the press
with its limits: one after the other, and as the worker does it, one on each processor. Each way
runs in turn; the figure is the median of the rounds.
"""

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")

import django  # noqa: E402

django.setup()

from django.template.loader import render_to_string  # noqa: E402
from weasyprint import CSS, HTML  # noqa: E402

from notices import pdf  # noqa: E402
from notices.printing import cores  # noqa: E402
from tests.notices.values import PRINTED, host_values, with_name  # noqa: E402


def letter(number: int) -> dict[str, Any]:
    """One letter of many: another person in each."""
    return with_name({**host_values(), **PRINTED}, f"NGUYEN THI LAN {number}")


def ours(number: int) -> bytes:
    return pdf.render_pdf("placement_notice.host", letter(number), "ja")


def by_default(number: int, *, serif: bool) -> bytes:
    """The call of WeasyPrint's first page of documentation, with our style or with plain serif."""
    html = render_to_string("letters/placement_notice.host.ja.html", letter(number))
    sheet = (pdf.letter_folder() / pdf.STYLE_SHEET).read_text()
    if serif:
        sheet += "html { font-family: serif } table { table-layout: auto }"
    return HTML(string=html).write_pdf(stylesheets=[CSS(string=sheet)])


def milliseconds(make: Callable[[int], bytes], letters: int, *, at_once: int = 1) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(make, range(letters)))
    return (time.perf_counter() - started) * 1000 / letters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    ways = {
        "render_pdf": ours,
        "default call, our fonts": lambda number: by_default(number, serif=False),
        "default call, serif": lambda number: by_default(number, serif=True),
    }
    for make in ways.values():
        make(0)
    figures: dict[str, list[float]] = {name: [] for name in ways}
    worker = f"render_pdf, {cores()} at once"
    figures[worker] = []
    for _round in range(arguments.rounds):
        for name, make in ways.items():
            figures[name].append(milliseconds(make, arguments.letters))
        figures[worker].append(milliseconds(ours, arguments.letters, at_once=cores()))
    alone, together = (statistics.median(figures[name]) for name in ("render_pdf", worker))
    for name, found in figures.items():
        median = statistics.median(found)
        print(
            f"{name:26} {median:7.1f} ms a letter   render_pdf / this = {alone / median:.2f}, "
            f"at once / this = {together / median:.2f}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process, default calls included {peak:.0f} MiB")


if __name__ == "__main__":
    main()
