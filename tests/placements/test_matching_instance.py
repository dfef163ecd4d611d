"""What is refused, with its place, and what is read."""

import json

import pytest
from django.utils import translation

from placements.matching import InstanceError, loads, parse


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def problem(**sections):
    return {
        "requests": [{"id": "R1", "capacity": 1}, {"id": "R2", "capacity": 2}],
        "applications": [{"id": "A1"}, {"id": "A2"}],
        "pairs": [{"application": "A1", "request": "R1"}],
    } | sections


def pair(**values):
    return {"application": "A1", "request": "R1"} | values


def faults_of(data):
    with pytest.raises(InstanceError) as caught:
        parse(data)
    return caught.value.faults


@pytest.mark.parametrize("key", ["host_rank", "applicant_rank"])
@pytest.mark.parametrize("value", [0, -1, 1_000_001, 10**40])
def test_parse_refuses_a_rank_out_of_bounds(key, value):
    faults = faults_of(problem(pairs=[pair(**{key: value})]))

    assert faults == [f"pairs[0].{key}: must be from 1 to 1000000."]


@pytest.mark.parametrize("value", [-1, 1001])
def test_parse_refuses_a_score_out_of_bounds(value):
    faults = faults_of(problem(pairs=[pair(score=value)]))

    assert faults == ["pairs[0].score: must be from 0 to 1000."]


@pytest.mark.parametrize("key", ["host_rank", "applicant_rank", "score"])
@pytest.mark.parametrize("value", [True, False, None, "1", 1.0, 1.5, float("nan"), [1], {}])
def test_parse_refuses_what_is_no_whole_number(key, value):
    faults = faults_of(problem(pairs=[pair(**{key: value})]))

    assert faults == [f"pairs[0].{key}: must be a whole number."]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (-1, "must be 0 or more."),
        (True, "must be a whole number."),
        ("2", "must be a whole number."),
        (2.0, "must be a whole number."),
        (None, "must be a whole number."),
    ],
)
def test_parse_refuses_a_wrong_capacity(value, message):
    faults = faults_of(problem(requests=[{"id": "R1", "capacity": value}]))

    assert faults == [f"requests[0].capacity: {message}"]


@pytest.mark.parametrize("value", [7, None, True, ["A1"], {"id": "A1"}])
def test_parse_refuses_an_id_that_is_no_text(value):
    faults = faults_of(problem(applications=[{"id": "A1"}, {"id": value}]))

    assert faults == ["applications[1].id: must be a text."]


@pytest.mark.parametrize("value", [1, None, ["A1"], {}])
@pytest.mark.parametrize("section", ["pairs", "fixed", "forbidden"])
def test_parse_refuses_a_named_id_that_is_no_text(section, value):
    faults = faults_of(problem(**{section: [{"application": value, "request": "R1"}]}))

    assert faults == [f"{section}[0].application: must be a text."]


@pytest.mark.parametrize("section", ["pairs", "fixed", "forbidden"])
def test_parse_refuses_an_unknown_id(section):
    faults = faults_of(problem(**{section: [{"application": "R1", "request": "A\n1"}]}))

    assert faults == [
        f'{section}[0].application: "R1" is not among the applications.',
        f'{section}[0].request: "A\\n1" is not among the requests.',
    ]


def test_parse_refuses_ids_and_pairs_that_stand_twice():
    faults = faults_of(
        problem(
            requests=[{"id": "R1", "capacity": 1}, {"id": "R1", "capacity": 1}],
            applications=[{"id": "A1"}, {"id": "A2"}, {"id": "A1"}],
            pairs=[pair(), pair(application="A2"), pair(score=5)],
            forbidden=[pair(application="A2"), pair(application="A2", reason="x")],
        )
    )

    assert faults == [
        'requests[1].id: "R1" stands already at requests[0].',
        'applications[2].id: "A1" stands already at applications[0].',
        "pairs[2]: the same pair stands already at pairs[0].",
        "forbidden[1]: the same pair stands already at forbidden[0].",
    ]


def test_parse_refuses_more_fixed_pairs_than_capacity():
    fixed = [{"application": id_, "request": "R1"} for id_ in ("A1", "A2")]

    faults = faults_of(problem(fixed=fixed))

    assert faults == ['fixed[1].request: "R1" has capacity 1, but 2 are fixed there.']


@pytest.mark.parametrize("second", ["R1", "R2"])
def test_parse_refuses_an_application_fixed_twice(second):
    fixed = [{"application": "A1", "request": request} for request in ("R1", second)]

    faults = faults_of(problem(fixed=fixed))

    assert faults == ['fixed[1].application: "A1" is fixed already at fixed[0].']


def test_parse_refuses_a_pair_both_fixed_and_forbidden():
    faults = faults_of(problem(fixed=[pair()], forbidden=[pair(reason="x")]))

    assert faults == ["forbidden[0]: the same pair is fixed at fixed[0]."]


def test_parse_reports_every_fault():
    faults = faults_of(
        problem(
            requests=[{"id": "R1"}, "R2", {"capacity": 1}],
            pairs=[pair(host_rank=0, score=True), pair(request="R7"), None],
            fixed={},
            forbidden=[pair(reason=5)],
        )
    )

    assert faults == [
        "requests[0].capacity: is missing.",
        "requests[1]: must be an object.",
        "requests[2].id: is missing.",
        "pairs[0].host_rank: must be from 1 to 1000000.",
        "pairs[0].score: must be a whole number.",
        'pairs[1].request: "R7" is not among the requests.',
        "pairs[2]: must be an object.",
        "fixed: must be a list.",
        "forbidden[0].reason: must be a text.",
    ]


@pytest.mark.parametrize("section", ["requests", "applications", "pairs"])
def test_parse_refuses_a_missing_section_without_blaming_who_names_its_ids(section):
    data = problem()
    del data[section]

    assert faults_of(data) == [f"{section}: is missing."]


@pytest.mark.parametrize("section", ["requests", "applications", "pairs", "fixed", "forbidden"])
@pytest.mark.parametrize("value", [None, {}, "x", 3])
def test_parse_refuses_a_section_that_is_no_list(section, value):
    assert faults_of(problem(**{section: value})) == [f"{section}: must be a list."]


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_parse_refuses_what_is_no_object(data):
    assert faults_of(data) == ["input: must be an object with requests and applications."]


def test_parse_reads_a_problem_without_fixed_forbidden_ranks_and_scores():
    instance = parse(problem() | {"comment": {"unread": True}})

    assert instance.applications == ("A1", "A2")
    assert instance.requests == ("R1", "R2")
    assert instance.capacity == (1, 2)
    assert instance.host_rank.tolist() == instance.applicant_rank.tolist() == [1]
    assert instance.score.tolist() == [0]


def test_an_application_and_a_request_may_share_an_id():
    data = {
        "requests": [{"id": "X", "capacity": 1}],
        "applications": [{"id": "X"}],
        "pairs": [{"application": "X", "request": "X"}],
    }

    assert parse(data).applications == parse(data).requests == ("X",)


def faults_of_text(text):
    with pytest.raises(InstanceError) as caught:
        loads(text)
    return caught.value.faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1, column 1: this is not JSON."),
        ('{"requests": [\n  oops', "line 2, column 3: this is not JSON."),
        ('{"requests": []} more', "line 1, column 18: this is not JSON."),
        (b'{"requests": "\xff"}', "byte 15: this is not UTF-8."),
        ("[" * 200_000, "input: this is nested too deeply."),
        ('{"a":' * 200_000, "input: this is nested too deeply."),
        ("[" + "9" * 5000 + "]", "input: a number is too long."),
    ],
)
def test_loads_refuses_what_is_no_json(text, fault):
    assert faults_of_text(text) == [fault]


def test_loads_refuses_a_key_given_twice():
    text = json.dumps(problem(pairs=[])).replace(
        '"pairs": []',
        '"pairs": [{"application": "A1", "request": "R1", "host_rank": 1, "host_rank": 2}]',
    )

    assert faults_of_text(text) == ["pairs[0].host_rank: is given twice."]
    assert faults_of_text(text[:-1] + ', "pairs": []}') == ["pairs: is given twice."]


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_loads_refuses_numbers_that_json_does_not_have(name):
    read = json.dumps(problem(pairs=[pair(score=77)])).replace("77", name)
    unread = json.dumps(problem(comment=77)).replace("77", name)

    assert faults_of_text(read) == ["pairs[0].score: must be a whole number."]
    assert faults_of_text(unread) == [f"input: {name} is not JSON."]


def test_loads_refuses_half_a_character_in_an_id():
    text = json.dumps(problem(applications=[{"id": "A1"}, {"id": "\ud800"}]))

    assert faults_of_text(text) == ["applications[1].id: holds half a character."]


def test_loads_reads_utf_8_with_and_without_byte_order_mark():
    data = problem(applications=[{"id": "A1"}, {"id": "ジョグジャカルタ😀"}])
    content = json.dumps(data, ensure_ascii=False).encode()

    assert loads(content).applications == loads(b"\xef\xbb\xbf" + content).applications
    assert loads(content).applications == ("A1", "ジョグジャカルタ😀")
