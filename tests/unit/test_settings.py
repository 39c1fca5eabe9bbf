import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parents[2]
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def complaint(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    return str(caught.value)


def kept_by(folder: Path) -> Settings:
    return read_settings(database_url=f"sqlite://{folder}/tanggap.db")


def test_nothing_has_to_be_set() -> None:
    settings = read_settings()
    assert settings.database_url == "sqlite://var/tanggap.db"
    assert settings.broadcast_url == "memory://"
    assert (settings.workers, settings.port, settings.secret_key) == (1, 8000, None)
    assert settings.origins == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://localhost/city"),
        ("DATABASE_URL", "sqlite:tanggap.db"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "var/tanggap.db"),
        ("DATABASE_POOL", "0"),
        ("DATABASE_POOL", "101"),
        ("DATABASE_POOL", "many"),
        ("BROADCAST_URL", ""),
        ("BROADCAST_URL", "redis"),
        ("BROADCAST_URL", "memory"),
        ("BROADCAST_URL", "kafka://localhost"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("WORKERS", "0"),
        ("WORKERS", "257"),
        ("WORKERS", ""),
        ("WORKERS", "1.5"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", SECRET[1:]),
        ("PUBLIC_URL", "tanggap.example"),
        ("PUBLIC_URL", "https://tanggap.example/"),
        ("PUBLIC_URL", "ftp://tanggap.example"),
        ("LOG_LEVEL", "info"),
        ("LOG_LEVEL", "VERBOSE"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line_that_begins_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    told = complaint(monkeypatch, **{name: value})
    assert told.startswith(f"{name}: ")
    assert len(told.splitlines()) == 1


def test_a_secret_that_is_too_short_is_not_told_to_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in complaint(monkeypatch, SECRET_KEY="hunter2")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///var/lib/tanggap/tanggap.db"),
        ("DATABASE_URL", "sqlite://tanggap.db?busy_timeout=5"),
        ("DATABASE_URL", "postgres://city:secret@localhost/tanggap"),
        ("DATABASE_URL", "postgresql://city:secret@localhost/tanggap"),
        ("BROADCAST_URL", "redis://localhost"),
        ("BROADCAST_URL", "postgres://localhost/tanggap"),
        ("SECRET_KEY", SECRET),
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "https://tanggap.example"),
        ("PUBLIC_URL", "http://127.0.0.1:8000"),
        ("LOG_LEVEL", "DEBUG"),
    ],
)
def test_a_right_setting_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(read_settings(), name.lower()) == value


def test_several_workers_need_a_broadcast_that_reaches_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    told = complaint(monkeypatch, WORKERS="2", BROADCAST_URL="memory://")
    assert told.startswith("BROADCAST_URL: memory:// reaches one worker only")
    assert read_settings(broadcast_url="redis://localhost").workers == 2


def test_the_command_line_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    assert read_settings(port=9001).port == 9001
    assert read_settings(port=None).port == 9000
    with pytest.raises(SettingsError, match="PORT: "):
        read_settings(port=0)


def test_origins_are_written_with_commas_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", " https://a.example,https://b.example , ")
    assert read_settings().origins == ["https://a.example", "https://b.example"]


def test_a_secret_that_is_set_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    settings = read_settings(database_url=f"sqlite://{tmp_path}/tanggap.db", secret_key=SECRET)
    assert settings.signing_key() == (SECRET, False)
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_is_not_set_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    key, is_new = kept_by(folder).signing_key()
    assert is_new
    assert len(key) >= 32
    assert kept_by(folder).signing_key() == (key, False)
    assert [file.name for file in folder.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_every_installation_makes_a_secret_of_its_own(tmp_path: Path) -> None:
    assert kept_by(tmp_path / "a").signing_key() != kept_by(tmp_path / "b").signing_key()


def test_with_postgresql_the_secret_is_kept_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings(database_url="postgres://localhost/tanggap")
    assert settings.signing_key()[1]
    assert (tmp_path / "var" / "secret_key").is_file()


def test_of_many_that_start_at_once_one_makes_the_secret_and_all_have_it_whole(tmp_path: Path) -> None:
    for attempt in range(50):
        settings = kept_by(tmp_path / str(attempt))
        with ThreadPoolExecutor(4) as starting:
            found = list(starting.map(lambda one: one.signing_key(), [settings] * 4))
        key = (tmp_path / str(attempt) / "secret_key").read_text()
        assert len(key) >= 32
        assert sorted(found) == [(key, False)] * 3 + [(key, True)]


def test_another_process_finds_the_secret_that_was_made(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from app.settings import read_settings; print(*read_settings().signing_key())"]
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{tmp_path}/tanggap.db"}
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own words
        for _ in range(2)
    ]
    told = sorted(process.communicate(timeout=60)[0].split() for process in processes)
    key = (tmp_path / "secret_key").read_text()
    assert told == [[key, "False"], [key, "True"]]
    assert kept_by(tmp_path).signing_key() == (key, False)
