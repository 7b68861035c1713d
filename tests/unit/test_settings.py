"""Settings: their sources in order, what is refused, what ``doctor`` says, and that all of it is documented."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from automl_lite import configuration
from automl_lite.domain.errors import UnsafeSetting
from automl_lite.settings import Settings

DOCS = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_every_setting_is_documented():
    assert [name for name in Settings.model_fields if f"| `{name}` |" not in DOCS] == []
    assert all(field.description for field in Settings.model_fields.values())


def test_sources_in_their_order(tmp_path, monkeypatch):
    (tmp_path / "automl-lite.toml").write_text("port = 1\nmax_rows = 2\nlog_level = 'error'\n", encoding="utf-8")
    monkeypatch.setenv("AUTOML_LITE_MAX_ROWS", "3")
    monkeypatch.setenv("AUTOML_LITE_PORT", "4")
    settings = Settings(port=5)
    assert (settings.port, settings.max_rows, settings.log_level) == (5, 3, "error")


def test_everything_lies_in_the_data_folder(tmp_path):
    settings = Settings(data_dir=tmp_path)
    assert settings.store_url == f"sqlite:///{tmp_path}/automl-lite.db"
    assert settings.blobs_url == f"file://{tmp_path}/blobs"


def test_lists_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("AUTOML_LITE_CORS_ORIGINS", "https://a.example, https://b.example,")
    assert Settings().cors_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    "wrong", [{"port": 70_000}, {"log_format": "xml"}, {"max_rows": 0}, {"job_attempts": 0}, {"heartbeat_seconds": 0}]
)
def test_values_out_of_range_are_refused(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Settings(**wrong)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_loopback_needs_no_authentication(host):
    configuration.check_exposure(Settings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])  # noqa: S104
def test_other_addresses_do(host):
    with pytest.raises(UnsafeSetting) as caught:
        configuration.check_exposure(Settings(host=host))
    assert "AUTOML_LITE_AUTH_URL" in caught.value.hint


def test_doctors_lines_show_no_password_and_name_what_is_missing():
    settings = Settings(store_url="postgresql://me:hush@db/x", runner_url="moon://", secret="hush", host="0.0.0.0")  # noqa: S104, S106
    lines = {line.name: line for line in configuration.configuration(settings)}
    assert lines["store"].value == "postgresql://me:***@db/x"
    assert "hush" not in str(lines)
    assert (lines["runner"].ok, lines["address"].ok, lines["blobs"].ok) == (False, False, True)
    assert "moon" in lines["runner"].hint
    assert lines["link secret"].value == "set"


def test_a_missing_package_gets_its_pip_line(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")

    monkeypatch.setattr("automl_lite._adapters.import_module", missing)
    store = next(line for line in configuration.configuration(Settings()) if line.name == "store")
    assert not store.ok
    assert "pip install 'automl-lite[server]'" in store.hint
