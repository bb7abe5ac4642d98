"""Settings: a missing or unknown value fails start-up with its name."""

import pytest

from shared.hosting.settings import SettingsFault, load_settings

COMPLETE = {
    "ETWINNING_MONGO_URL": "mongodb://127.0.0.1:1/",
    "ETWINNING_KAFKA": "127.0.0.1:2",
    "ETWINNING_PUBLIC_URL": "http://127.0.0.1:3",
    "ETWINNING_PORT": "4",
    "ETWINNING_SERVICES": "registration=http://127.0.0.1:8401/, validation=http://127.0.0.1:8402",
    "ETWINNING_KEYS": "/keys",
    "ETWINNING_SMTP": "127.0.0.1:5",
}


def test_complete_settings_are_read() -> None:
    settings = load_settings(COMPLETE)
    assert settings.installation.shards == 4
    assert settings.web.service_urls() == {
        "registration": "http://127.0.0.1:8401",
        "validation": "http://127.0.0.1:8402",
    }


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_a_missing_setting_is_named(missing: str) -> None:
    with pytest.raises(SettingsFault, match=missing):
        load_settings({name: value for name, value in COMPLETE.items() if name != missing})


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(SettingsFault, match="ETWINNING_KAFKKA"):
        load_settings(COMPLETE | {"ETWINNING_KAFKKA": "typo"})


@pytest.mark.parametrize(
    ("name", "value"), [("ETWINNING_SHARDS", "0"), ("ETWINNING_PORT", "x"), ("ETWINNING_SMTP", "no port")]
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsFault, match=name):
        load_settings(COMPLETE | {name: value})
