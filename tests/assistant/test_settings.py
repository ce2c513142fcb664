"""Settings: from the environment, else lotse.toml, else defaults; a mistake is named with its place, a secret never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import BadSettings, Settings, described, load


def test_without_any_setting_there_are_usable_defaults(tmp_path: Path) -> None:
    found = load({}, tmp_path)
    assert found == Settings()
    assert found.database.parent == found.data
    assert found.max_file == found.max_file_mb * 2**20


def test_the_file_is_read_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    (tmp_path / "lotse.toml").write_text('port = 9000\nembeddings = "none"\ndata = "somewhere"\n', encoding="utf-8")
    found = load({"LOTSE_PORT": "9001", "PORT": "1", "LOTSE_HOST": "0.0.0.0"}, tmp_path)
    assert (found.port, found.embeddings, found.host, found.data) == (9001, "none", "0.0.0.0", Path("somewhere"))


@pytest.mark.parametrize(
    ("file", "environment", "named"),
    [
        ("prot = 9000\n", {}, ["lotse.toml", "'prot'", "port"]),
        ('port = "many"\n', {}, ["lotse.toml", "'port'"]),
        ("port = [1]\n", {}, ["lotse.toml", "'port'"]),
        ("host = 7\n", {}, ["lotse.toml", "'host'"]),
        ("port = \n", {}, ["lotse.toml", "TOML"]),
        ("\x00", {}, ["lotse.toml", "TOML"]),
        ("", {"LOTSE_PORT": "many"}, ["LOTSE_PORT", "'port'"]),
        ("", {"LOTSE_MAX_FILE_MB": "1.5"}, ["LOTSE_MAX_FILE_MB"]),
        ("", {"LOTSE_MAX_FILE_MB": "0"}, ["LOTSE_MAX_FILE_MB", ">= 1"]),
        ("", {"LOTSE_PORT": "70000"}, ["LOTSE_PORT", "65535"]),
        ("", {"LOTSE_LOG_LEVEL": "loud"}, ["LOTSE_LOG_LEVEL", "loud"]),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, file: str, environment: dict[str, str], named: list[str]) -> None:
    (tmp_path / "lotse.toml").write_text(file, encoding="utf-8")
    with pytest.raises(BadSettings) as caught:
        load(environment, tmp_path)
    assert all(words in str(caught.value) for words in named), caught.value


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "lotse.toml").write_bytes(b"port = \xff\xfe\n")
    with pytest.raises(BadSettings, match=r"lotse\.toml"):
        load({}, tmp_path)


def test_passwords_in_addresses_are_masked_and_everything_else_is_shown() -> None:
    shown = described(Settings(chroma_url="http://user:geheim@chroma:8000", port=81))
    assert "geheim" not in str(shown)
    assert shown["chroma_url"] == "***"
    assert shown["port"] == "81"
    assert set(shown) == set(Settings.__struct_fields__)
