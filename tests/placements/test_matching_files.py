"""From file to file: the answer appears whole or not at all."""

import json

import pytest

from placements.matching import InstanceError
from placements.matching.files import run_file

PROBLEM = {
    "requests": [{"id": "受入1", "capacity": 1}],
    "applications": [{"id": "A1"}],
    "pairs": [{"application": "A1", "request": "受入1"}],
}


@pytest.fixture
def problem_file(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM), encoding="utf-8")
    return path


@pytest.mark.parametrize("mode", ["optimal", "stable"])
def test_run_file_writes_the_answer(problem_file, tmp_path, mode):
    output = tmp_path / "answer.json"

    answer = run_file(problem_file, output, mode)

    assert answer["placements"] == [{"application": "A1", "request": "受入1"}]
    assert json.loads(output.read_text(encoding="utf-8")) == answer
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.json", "problem.json"]


def test_run_file_replaces_an_earlier_answer_and_follows_a_link(problem_file, tmp_path):
    earlier = tmp_path / "earlier.json"
    earlier.write_text("old")
    link = tmp_path / "link.json"
    link.symlink_to(earlier)

    run_file(problem_file, link)

    assert link.is_symlink()
    assert json.loads(earlier.read_text(encoding="utf-8"))["objective"]["placed"] == 1


def test_run_file_without_an_output_writes_nothing(problem_file, tmp_path):
    answer = run_file(problem_file, None)

    assert answer["objective"]["placed"] == 1
    assert list(tmp_path.iterdir()) == [problem_file]


def test_run_file_writes_nothing_for_an_impossible_problem(problem_file, tmp_path):
    problem_file.write_text("{")
    output = tmp_path / "answer.json"
    output.write_text("kept")

    with pytest.raises(InstanceError):
        run_file(problem_file, output)

    assert output.read_text() == "kept"
    assert len(list(tmp_path.iterdir())) == 2


def test_run_file_leaves_nothing_behind_where_it_cannot_write(problem_file, tmp_path):
    output = tmp_path / "folder"
    (output / "full").mkdir(parents=True)

    with pytest.raises(IsADirectoryError):
        run_file(problem_file, output)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "problem.json"]
