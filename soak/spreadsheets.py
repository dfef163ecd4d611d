"""Mutates real spreadsheets for SOAK_SECONDS and hands them to the reader.

Measured: files tried, how many were read and how many refused with which code; the processor time
and the memory of the heaviest child, from /proc; anything but the declared error is a broken
promise, and so is a child beyond 10 s or 300 MB.

    SOAK_SECONDS=600 python -m soak.spreadsheets
"""

import os
import random
import resource
import sys
import time
import traceback
from collections import Counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")

import django

django.setup()

from files.sheets.faults import SheetError  # noqa: E402
from files.sheets.reading import read_table  # noqa: E402
from files.sheets.writing import write_csv, write_xlsx  # noqa: E402
from tests.files.hostile import pack, packed, parts, workbook  # noqa: E402

SECONDS = float(os.environ.get("SOAK_SECONDS", "300"))
SEED = int(os.environ.get("SOAK_SEED", str(random.SystemRandom().randrange(10**9))))
CPU_SECONDS, MEGABYTES = 11, 300
ROWS = [["code", "name", "day"], *([f"{n:06d}", f"第{n}市", "2027-05-17"] for n in range(200))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, a piece cut out, doubled or moved."""
    changed = bytearray(data)
    for _n in range(chance.randint(1, 8)):
        if not changed:
            break
        place = chance.randrange(len(changed))
        length = chance.randint(1, 60)
        match chance.randrange(4):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                del changed[place : place + length]
            case 2:
                changed[place:place] = changed[place : place + length]
            case _:
                changed[place : place + length] = chance.randbytes(length)
    return bytes(changed)


def mutated(seeds: list[bytes], chance: random.Random) -> bytes:
    """A seed with its bytes changed, or, for a workbook, with the XML of one part changed."""
    data = chance.choice(seeds)
    if data.startswith(b"PK") and chance.random() < 0.7:
        try:
            found = parts(data)
        except Exception:
            return flipped(data, chance)
        name = chance.choice(sorted(found))
        return packed({**found, name: flipped(found[name], chance)})
    return flipped(data, chance)


def main() -> int:
    chance = random.Random(SEED)
    seeds = [workbook(), write_xlsx(ROWS, title="表"), write_csv(ROWS)]
    seeds += [write_csv(ROWS, encoding="cp932")]
    seeds += [data for _code, data in pack().values() if len(data) < 200_000]
    outcomes: Counter[str] = Counter()
    broken, slowest = 0, 0.0
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        data = mutated(seeds, chance)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            read_table(data)
            outcomes["read"] += 1
        except SheetError as error:
            outcomes[error.code] += 1
        except Exception:
            broken += 1
            print(f"BROKEN: {data[:200]!r}")
            traceback.print_exc()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        slowest = max(slowest, spent)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    print(f"seed {SEED}, {sum(outcomes.values()) + broken} files in {SECONDS:.0f} s")
    for code, count in outcomes.most_common():
        print(f"  {code:20} {count}")
    print(f"other errors than the declared one: {broken} (promised 0)")
    print(f"slowest child: {slowest:.2f} s of processor (promised {CPU_SECONDS - 1})")
    print(f"largest child: {most:.0f} MB (promised {MEGABYTES})")
    return 1 if broken or slowest > CPU_SECONDS or most > MEGABYTES else 0


if __name__ == "__main__":
    sys.exit(main())
