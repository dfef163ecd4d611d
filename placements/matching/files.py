"""Solves a matching problem from file to file."""

import json
import os
import secrets
from pathlib import Path

from .explain import to_json
from .instance import loads
from .solver import Mode, solve


def run_file(
    input_path: str | Path, output_path: str | Path | None, mode: Mode = "optimal"
) -> dict[str, object]:
    """Solve the problem in a file, write the answer, and return it; without an output only solve.

    The output appears whole or not at all. Raises InstanceError where the input is impossible and
    OSError where a file cannot be read or written.
    """
    instance = loads(Path(input_path).read_bytes())
    answer = to_json(solve(instance, mode))
    if output_path is not None:
        text = json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
        _write(Path(output_path), text.encode())
    return answer


def _write(path: Path, content: bytes) -> None:
    path = path.resolve()
    if path.exists() and not path.is_file():  # A pipe or a terminal cannot be replaced.
        path.write_bytes(content)
        return
    unfinished = path.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        with open(unfinished, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
