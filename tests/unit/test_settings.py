import os
import stat
import subprocess
import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, read_settings
from schema.context import Offers

ROOT = Path(__file__).parents[2]
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def settings_error(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    return str(caught.value)


def settings_in(folder: Path) -> Settings:
    return read_settings(database_url=f"sqlite://{folder}/tanggap.db")


def test_every_setting_has_a_default() -> None:
    settings = read_settings()
    assert settings.database_url == "sqlite://var/tanggap.db"
    assert settings.broadcast_url == "memory://"
    assert (settings.workers, settings.port, settings.secret_key) == (1, 8000, None)
    assert not settings.origins


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
        ("PUBLIC_URL", "https://tanggap .example"),
        ("PUBLIC_URL", "https://tanggap.example;script-src/peta"),
        ("TILES_URL", "peta.example.id/{z}/{x}/{y}.png"),
        ("TILES_URL", "https://peta.example.id/{z}/{x}.png"),
        ("TILES_URL", "https://peta.example.id/{z}/{x}/{y}/{y}.png"),
        ("TILES_URL", "https://{s}.peta.example.id/{z}/{x}/{y}.png"),
        ("TILES_URL", "https://{z}.peta.example.id/{x}/{y}.png"),
        ("TILES_URL", "https://peta.example.id; script-src */{z}/{x}/{y}.png"),
        ("TILES_URL", "https://[peta/{z}/{x}/{y}.png"),
        ("TILES_URL", "https://kota@peta.example.id/{z}/{x}/{y}.png"),
        ("TILES_ATTRIBUTION", "x" * 201),
        ("ALLOWED_ORIGINS", "lapor.example.id"),
        ("ALLOWED_ORIGINS", "localhost:3000"),
        ("ALLOWED_ORIGINS", "//lapor.example.id"),
        ("ALLOWED_ORIGINS", "https://a.id https://b.id"),
        ("ALLOWED_ORIGINS", "https://a.id;https://b.id"),
        ("ALLOWED_ORIGINS", "https://a.id, b.id"),
        ("ALLOWED_ORIGINS", "https://"),
        ("ALLOWED_ORIGINS", "https:///"),
        ("ALLOWED_ORIGINS", "https://a.id/app"),
        ("ALLOWED_ORIGINS", "https://a.id?x"),
        ("ALLOWED_ORIGINS", "https://a.id#x"),
        ("ALLOWED_ORIGINS", "https://user@a.id"),
        ("ALLOWED_ORIGINS", "https://a.id:"),
        ("ALLOWED_ORIGINS", "https://a.id:0"),
        ("ALLOWED_ORIGINS", "https://a.id:65536"),
        ("ALLOWED_ORIGINS", "https://a.id:x"),
        ("ALLOWED_ORIGINS", "https://a.id:*"),
        ("ALLOWED_ORIGINS", "https://*"),
        ("ALLOWED_ORIGINS", "https://*.id"),
        ("ALLOWED_ORIGINS", "https://a.*.id"),
        ("ALLOWED_ORIGINS", "https://*a.example.id"),
        ("ALLOWED_ORIGINS", "https://*.*.example.id"),
        ("ALLOWED_ORIGINS", "*.example.id"),
        ("ALLOWED_ORIGINS", "https://[::1"),
        ("ALLOWED_ORIGINS", "https://[::x]"),
        ("ALLOWED_ORIGINS", "https://a..id"),
        ("ALLOWED_ORIGINS", "https://a\tb.id"),
        ("ALLOWED_ORIGINS", "https://\u2024.id"),
        ("ALLOWED_ORIGINS", "a\nb"),
        ("ALLOWED_ORIGINS", "wss://a.id"),
        ("ALLOWED_ORIGINS", "file://"),
        ("ALLOWED_ORIGINS", "NULL"),
        ("ANSWERS_BYTES", "-1"),
        ("ANSWERS_BYTES", "64MB"),
        ("ANSWERS_BYTES", "1.5"),
        ("ANSWERS_BYTES", ""),
        ("RETENTION_DAYS", "sessions=3"),
        ("RETENTION_DAYS", "flags"),
        ("RETENTION_DAYS", "flags=0"),
        ("RETENTION_DAYS", "flags=-1"),
        ("RETENTION_DAYS", "flags=99999999999999999999"),
        ("RETENTION_DAYS", "flags=²"),
        ("MEDIA_URL", "bucket"),
        ("MEDIA_URL", "https://s3.example.id/bucket"),
        ("MEDIA_URL", "s3://KEY:SECRET@bucket"),
        ("MEDIA_URL", "s3://bucket/../other"),
        ("MEDIA_URL", "s3://bucket?secret"),
        ("LOG_KEY", ""),
        ("LOG_KEY", "bukan base64!"),
        ("LOG_KEY", "QUJD"),
        ("VAPID_KEY", ""),
        ("VAPID_KEY", "QUJD"),
        ("VAPID_KEY", "A" * 43),
        ("VAPID_SUBJECT", "kota@contoh.id"),
        ("VAPID_SUBJECT", "mailto:kota"),
        ("SMTP_URL", "mail.contoh.id"),
        ("REPORT_URL", "https://lapor.contoh.id/laporan"),
        ("ACCOUNT_URL", "https://lapor.contoh.id/akun/{token}"),
        ("LOG_ORIGIN", "lapor.example.id/log satu"),
        ("LOG_ORIGIN", "lapor+log"),
        ("LOG_LEVEL", "info"),
        ("LOG_LEVEL", "VERBOSE"),
        ("LOG_FORMAT", "xml"),
        ("METRICS_TOKEN", SECRET[1:]),
        ("METRICS_TOKEN", f"{SECRET} {SECRET}"),
    ],
)
def test_invalid_setting_is_reported_in_one_line_that_starts_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    message = settings_error(monkeypatch, **{name: value})
    assert message.startswith((f"{name}: ", f"{name} must "))
    assert len(message.splitlines()) == 1


def test_too_short_secret_is_not_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in settings_error(monkeypatch, SECRET_KEY="hunter2")


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
        ("TILES_URL", "http://127.0.0.1:8081/{z}/{x}/{y}.png?kunci=1"),
        ("RETENTION_DAYS", " ended-sessions = 14, flags=90,"),
        ("MEDIA_URL", "s3://foto-kota/lapor/2026/"),
        ("LOG_KEY", "A" * 43 + "="),
        ("LOG_ORIGIN", "lapor.example.id/log"),
        ("VAPID_KEY", "_" * 4 + "A" * 38 + "8"),
        ("VAPID_SUBJECT", "mailto:kota@contoh.id"),
        ("LOG_LEVEL", "DEBUG"),
    ],
)
def test_valid_setting_is_used_unchanged(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(read_settings(), name.lower()) == value


def test_several_workers_need_a_broadcast_url_that_reaches_all(monkeypatch: pytest.MonkeyPatch) -> None:
    message = settings_error(monkeypatch, WORKERS="2", BROADCAST_URL="memory://")
    assert (
        message
        == "BROADCAST_URL must be redis:// or postgres:// with WORKERS over 1: memory:// reaches one worker only"
    )
    assert read_settings(broadcast_url="redis://localhost").workers == 2


def test_command_line_overrides_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    assert read_settings(port=9001).port == 9001
    assert read_settings(port=None).port == 9000
    with pytest.raises(SettingsError, match="PORT: "):
        read_settings(port=0)


def test_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", " https://a.example,https://b.example , ")
    origins, asked = read_settings().origins, ("https://a.example", "https://b.example", "", ",")
    assert [origin in origins for origin in asked] == [True, True, False, False]


def test_given_secret_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    settings = read_settings(database_url=f"sqlite://{tmp_path}/tanggap.db", secret_key=SECRET)
    assert settings.signing_key() == (SECRET, False)
    assert list(tmp_path.iterdir()) == []


def test_missing_secret_is_generated_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    key, is_new = settings_in(folder).signing_key()
    assert is_new
    assert len(key) >= 32
    assert settings_in(folder).signing_key() == (key, False)
    assert [file.name for file in folder.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_every_installation_generates_its_own_secret(tmp_path: Path) -> None:
    assert settings_in(tmp_path / "a").signing_key() != settings_in(tmp_path / "b").signing_key()


def test_secret_is_in_the_working_folder_with_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings(database_url="postgres://localhost/tanggap")
    assert settings.signing_key()[1]
    assert (tmp_path / "var" / "secret_key").is_file()


def test_concurrent_starts_generate_one_complete_secret(tmp_path: Path) -> None:
    for attempt in range(50):
        settings = settings_in(tmp_path / str(attempt))
        with ThreadPoolExecutor(4) as starting:
            found = list(starting.map(lambda one: one.signing_key(), [settings] * 4))
        key = (tmp_path / str(attempt) / "secret_key").read_text()
        assert len(key) >= 32
        assert sorted(found) == [(key, False)] * 3 + [(key, True)]


def test_another_process_finds_the_generated_secret(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from app.settings import read_settings; print(*read_settings().signing_key())"]
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{tmp_path}/tanggap.db"}
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    keys = sorted(process.communicate(timeout=60)[0].split() for process in processes)
    key = (tmp_path / "secret_key").read_text()
    assert keys == [[key, "False"], [key, "True"]]
    assert settings_in(tmp_path).signing_key() == (key, False)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "tanggap/log"),
        ({"PUBLIC_URL": "https://lapor.example.id"}, "lapor.example.id/log"),
        ({"PUBLIC_URL": "http://127.0.0.1:8000/kota baru+lama"}, "127.0.0.1:8000/kota_baru_lama/log"),
        ({"PUBLIC_URL": "https://baru.example.id", "LOG_ORIGIN": "lapor.example.id/log"}, "lapor.example.id/log"),
    ],
)
def test_log_is_named_after_its_address_or_its_setting(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], name: str
) -> None:
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    assert read_settings().log_name == name


def test_seed_of_the_log_follows_from_the_secret_or_is_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    derived = read_settings().log_seed()
    assert len(derived) == 32
    assert derived == read_settings().log_seed()
    monkeypatch.setenv("SECRET_KEY", f"{SECRET}2")
    assert read_settings().log_seed() != derived
    monkeypatch.setenv("LOG_KEY", b64encode(derived).decode())
    assert read_settings().log_seed() == derived


def test_key_for_push_services_follows_from_the_secret_or_is_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    assert read_settings().offers() == Offers()
    monkeypatch.setenv("VAPID_SUBJECT", "https://kota.contoh.id")
    derived = read_settings().offers().vapid_public_key
    assert derived == read_settings().offers().vapid_public_key
    private = read_settings().vapid_key_pair().private.private_numbers().private_value.to_bytes(32)
    monkeypatch.setenv("SECRET_KEY", f"{SECRET}2")
    assert read_settings().offers().vapid_public_key != derived
    monkeypatch.setenv("VAPID_KEY", b64encode(private).decode())
    assert read_settings().offers().vapid_public_key == derived


def test_attribution_needs_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_error(monkeypatch, TILES_ATTRIBUTION="© Kota") == "TILES_URL must be set if TILES_ATTRIBUTION is"


def test_email_needs_a_server_and_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://kota:rahasia@mail.contoh.id")
    for wrong in ("", "kota", "Kota <kota>"):
        monkeypatch.setenv("MAIL_FROM", wrong)
        with pytest.raises(SettingsError, match="MAIL_FROM") as failed:
            read_settings()
        assert "rahasia" not in str(failed.value)
    monkeypatch.setenv("MAIL_FROM", "Kota Tanggap <kabar@contoh.id>")
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        read_settings()
    monkeypatch.setenv("PUBLIC_URL", "https://lapor.contoh.id")
    monkeypatch.setenv("SECRET_KEY", SECRET)
    assert read_settings().offers() == Offers(email=True)
