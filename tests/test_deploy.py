"""The two ways to install it: what compose file, image and units refer to is there."""

import configparser
import re
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
WORDS_OF_CONTAINER = set(
    re.findall(r"^    ([a-z-]+)\)", (ROOT / "scripts" / "container").read_text(), flags=re.M)
)
OURS = {"migrate", "web", "worker", "beat"}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def command_of(check: dict) -> list[str]:
    """A health check in the form that needs no shell."""
    assert check["test"][0] == "CMD"
    return check["test"][1:]


def test_compose_has_the_services_and_each_says_how_it_is(compose):
    assert set(compose["services"]) == OURS | {"postgres", "redis", "clamav"}
    for name, service in compose["services"].items():
        if name == "migrate":
            continue  # it ends
        assert command_of(service["healthcheck"]), name
        assert service["restart"] == "unless-stopped"


def test_every_word_that_compose_and_image_ask_of_the_script_is_one(compose):
    asked = {name: compose["services"][name]["command"] for name in OURS}
    checks = [
        command_of(service["healthcheck"])
        for service in compose["services"].values()
        if "test" in service["healthcheck"]
    ]
    ours = [check for check in checks if check[0] == "scripts/container"]

    assert asked == {name: [name] for name in OURS}
    assert {check[1] for check in ours} == {"is-ready", "is-working", "is-ticking"}
    assert OURS | {check[1] for check in ours} <= WORDS_OF_CONTAINER
    assert (ROOT / "scripts" / "container").stat().st_mode & stat.S_IXUSR


def test_every_secret_volume_and_service_that_compose_names_is_defined(compose):
    for name, service in compose["services"].items():
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        volumes = [volume.partition(":")[0] for volume in service.get("volumes", [])]
        assert set(volumes) <= set(compose["volumes"]), name
    for name, service in compose["services"].items():
        for other, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy":
                assert "test" in compose["services"][other]["healthcheck"], (name, other)


def test_a_secret_that_no_service_is_given_would_be_noticed(compose):
    """The control: the check above is one on the file and not on itself."""
    compose["services"]["web"] = {**compose["services"]["web"], "secrets": ["not_there"]}

    with pytest.raises(AssertionError):
        test_every_secret_volume_and_service_that_compose_names_is_defined(compose)


def test_make_secrets_writes_exactly_the_secrets_that_compose_reads(compose):
    script = (ROOT / "scripts" / "make-secrets").read_text()
    files = {secret["file"] for secret in compose["secrets"].values()}

    assert set(re.findall(r">(secrets/\w+)", script)) == files
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "secrets" in (ROOT / ".dockerignore").read_text().splitlines()


def test_every_variable_that_compose_asks_for_is_explained(compose):
    text = (ROOT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    explained = (ROOT / "docs" / "settings.md").read_text()
    given = {
        name for service in compose["services"].values() for name in service.get("environment", {})
    }
    source = (ROOT / "lgotp" / "settings.py").read_text()

    assert {name for name in asked if f"`{name}`" not in explained} == set()
    of_ours = {name for name in given if not name.startswith("POSTGRES_")}
    assert {name for name in of_ours if f'"{name}"' not in source} == set()


def test_the_image_is_of_a_current_python_and_not_roots(compose):
    text = (ROOT / "Dockerfile").read_text()
    stages = re.findall(r"^FROM (\S+)", text, flags=re.M)
    requires = (ROOT / "pyproject.toml").read_text()
    copied = re.findall(r"^COPY (?!--from)(\S+) ", text, flags=re.M)

    assert set(stages) == {"python:3.13-slim"}
    assert 'requires-python = ">=3.11,<3.14"' in requires
    assert text.rindex("\nUSER portal") > text.rindex("\nRUN")
    assert [path for path in copied if not (ROOT / path).exists()] == []
    assert 'ENTRYPOINT ["scripts/container"]' in text
    assert compose["x-portal"]["build"] == "."


def test_the_image_and_the_set_up_install_the_same_libraries():
    setup = (ROOT / "scripts" / "setup").read_text()
    packages = re.search(r"run_packages=\((.*?)\)", setup, flags=re.S).group(1).split()

    assert [name for name in packages if name not in (ROOT / "Dockerfile").read_text()] == []


def unit(path: Path) -> dict[str, dict[str, list[str]]]:
    """Sections and keys of a unit; a key may stand more than once."""
    found: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            name, _equals, value = line.partition("=")
            section.setdefault(name, []).append(value)
    return found


HARDENED = {
    "NoNewPrivileges": "true",
    "PrivateTmp": "true",
    "ProtectHome": "true",
    "ProtectSystem": "strict",
    "CapabilityBoundingSet": "",
    "User": "portal",
    "EnvironmentFile": "/etc/portal/portal.env",
}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_what_a_unit_refers_to_is_there(path):
    found = unit(path)
    service = found["Service"]
    home = Path(service["WorkingDirectory"][0])
    for command in service["ExecStart"]:
        program, *words = command.split()
        own = Path(program).relative_to(home)
        if own.parts[0] == "scripts":
            assert (ROOT / own).exists()
            assert words[0] in WORDS_OF_CONTAINER
        else:
            assert str(own) == ".venv/bin/python"
            assert (ROOT / words[0]).exists()
    named = " ".join(found["Unit"].get("Requires", []) + found["Unit"].get("After", [])).split()
    own_units = {name for name in named if name.startswith("portal-")}

    assert own_units <= {unit.name for unit in UNITS}
    assert {name: service[name] for name in HARDENED} == {k: [v] for k, v in HARDENED.items()}


def test_there_is_a_unit_for_each_service_of_compose():
    assert {path.stem for path in UNITS} == {f"portal-{name}" for name in OURS}


def test_a_unit_leaves_its_process_the_time_that_compose_leaves_it(compose):
    for name in ("web", "worker"):
        (seconds,) = unit(ROOT / "deploy" / "systemd" / f"portal-{name}.service")["Service"][
            "TimeoutStopSec"
        ]
        assert compose["services"][name]["stop_grace_period"] == f"{seconds}s"


def test_the_example_of_the_environment_names_settings_that_are_read():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]
    example = (ROOT / "deploy" / "systemd" / "portal.env.example").read_text()
    parser.read_string(f"[all]\n{example}")
    source = (ROOT / "lgotp" / "settings.py").read_text()

    assert [name for name in parser["all"] if f'"{name}"' not in source] == []


def test_the_scripts_are_sound_shell():
    for name in ("container", "make-secrets", "setup"):
        subprocess.run(["bash", "-n", ROOT / "scripts" / name], check=True)
