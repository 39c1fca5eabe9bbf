"""Sign-in at the identity provider: roles by claims, states, and settings."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from app.cli import main
from app.settings import Settings, SettingsError, read_settings
from rules.access import Role, RoleGrant
from rules.oidc import FlowTokens, RoleRule, claim_values, granted, parse_rules
from tests.providers import oidc_settings

NOW = datetime(2026, 7, 6, 8, tzinfo=UTC)
BROWSER = "b" * 43
TOKENS = FlowTokens("kunci")


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_values_of_a_claim_stand_for_roles_with_or_without_their_unit() -> None:
    rules = parse_rules("kepala=ADMIN, /petugas/{unit} = OFFICER:{unit}, CN=d.h=SUPERVISOR:DLH")
    values = ["kepala", "kepala", "kepala2", "/petugas/31.71.01.1001", "/petugas/", "/petugas/a/b", "CN=dlh", "CN=d.h"]
    assert granted(rules, values) == (
        RoleGrant(Role.ADMIN),
        RoleGrant(Role.OFFICER, "31.71.01.1001"),
        RoleGrant(Role.SUPERVISOR, "DLH"),
    )


@pytest.mark.parametrize(
    "text",
    ["ADMIN", "=ADMIN", "x=", "x=KEPALA", "x=CITIZEN", "x=OFFICER", "x=ADMIN:DLH", "x=OFFICER:{unit}", "{unit}=ADMIN",
     "{unit}{unit}=OFFICER:{unit}", "{unit}=OFFICER:DLH", "x=OFFICER:"],
)  # fmt: skip
def test_rule_that_is_not_right_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"ADMIN|OFFICER"):
        RoleRule.parse(text)


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({"a.b": ["x"], "a": {"b": ["y"]}}, ["x"]),
        ({"a": {"b": ["y", 5, None, {}]}}, ["y"]),
        ({"a": {"b": "y"}}, ["y"]),
        ({"a": {"b": {"c": "y"}}}, []),
        ({"a": ["b"]}, []),
        ({"a": None}, []),
        ({}, []),
    ],
)
def test_claim_is_read_by_its_name_or_along_its_dots(claims: dict[str, Any], found: list[str]) -> None:
    assert claim_values(claims, "a.b") == found


@given(st.binary(min_size=16, max_size=16), st.integers(0, 600), st.data())
def test_state_is_read_unchanged_by_its_browser_within_ten_minutes(
    random: bytes, age: int, data: st.DataObject
) -> None:
    flow = TOKENS.begin(BROWSER, "https://meja.contoh.id/masuk?a=b c", "c" * 43, random, NOW)
    later = NOW + timedelta(seconds=age)
    assert TOKENS.read(flow.state, BROWSER, later) == flow
    assert TOKENS.read(flow.state, BROWSER, NOW + timedelta(seconds=601)) is None
    assert TOKENS.read(flow.state, "x" + BROWSER[1:], later) is None
    assert FlowTokens("lain").read(flow.state, BROWSER, later) is None
    place = data.draw(st.integers(0, len(flow.state) - 1))
    letter = data.draw(st.sampled_from("AZaz09-_="))
    changed = flow.state[:place] + letter + flow.state[place + 1 :]
    assert TOKENS.read(changed, BROWSER, later) == (flow if changed == flow.state else None)
    assert len({flow.nonce, flow.verifier, flow.challenge, BROWSER}) == 4


@given(st.text(max_size=80))
def test_text_that_is_no_state_is_none(text: str) -> None:
    assert TOKENS.read(text, BROWSER, NOW) is None


RIGHT = oidc_settings("https://masuk.contoh.id/realms/kota")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", "masuk.contoh.id"), ("OIDC_ISSUER", "http://masuk.contoh.id"), ("OIDC_ISSUER", "https://"),
        ("OIDC_ISSUER", "https://a.id/?x=1"), ("OIDC_ISSUER", "https://u@a.id"), ("OIDC_ISSUER", "https://a:x/"),
        ("OIDC_ISSUER", "https://a.id/ b"),
        ("OIDC_CLIENT_ID", ""), ("OIDC_SCOPES", "profile"), ("OIDC_ROLES", "x=KEPALA"), ("OIDC_ROLES_CLAIM", ""),
        ("OIDC_RETURN_URLS", "/masuk"), ("OIDC_RETURN_URLS", "https://a.id/#x"),
        ("OIDC_RETURN_URLS", "javascript:alert(1)"), ("OIDC_RETURN_URLS", "https:///x"),
        ("OIDC_CLIENT_SECRET_FILE", "/tidak/ada"), ("OIDC_CLOCK_SKEW", "301"), ("OIDC_SESSION_HOURS", "0"),
        ("PUBLIC_URL", ""),
    ],
)  # fmt: skip
def test_wrong_setting_is_named(name: str, value: str) -> None:
    given = {each: text for each, text in RIGHT.items() if each != "oidc_client_secret"}
    assert read_settings(**given).provider is not None
    with pytest.raises(SettingsError, match=f"^{name}:? "):
        read_settings(**given | {name.lower(): value})


def test_settings_without_an_issuer_are_refused_and_a_secret_is_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^OIDC_ISSUER must be set if OIDC_CLIENT_ID is$"):
        read_settings(oidc_client_id="x")
    assert read_settings().provider is None
    file = tmp_path / "rahasia"
    file.write_text("rahasia\n")
    provider = read_settings(**RIGHT | {"oidc_client_secret": None, "oidc_client_secret_file": file}).provider
    assert provider is not None
    assert (provider.secret, provider.return_urls[1]) == ("rahasia", "tanggap://masuk")
    with pytest.raises(SettingsError, match=r"^OIDC_CLIENT_SECRET_FILE: must not be set if OIDC_CLIENT_SECRET is"):
        read_settings(**RIGHT | {"oidc_client_secret_file": file})


def test_check_says_in_one_line_why_staff_cannot_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "OIDC_ISSUER is not set" in CliRunner().invoke(main, ["oidc", "check"]).output
    for name, value in oidc_settings("http://127.0.0.1:9").items():
        monkeypatch.setenv(name.upper(), value)
    answer = CliRunner().invoke(main, ["oidc", "check"])
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: OIDC_ISSUER: no answer from http://127.0.0.1:9/.well-known/")
