"""Words, dates and numbers the way regions write them."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.configurations import convert, localised
from ingest.configurations.classes import enumerations


@pytest.mark.parametrize(
    ("enum", "written", "member"),
    [
        (enumerations.VM_STATE, "Wird ausgeführt", "Running"),
        (enumerations.VM_STATE, "En cours d’exécution", "Running"),
        (enumerations.VM_STATE, "已关闭", "Off"),
        (enumerations.VM_STATE, "一時停止", "Paused"),
        (enumerations.VM_STATE, "Désactivé", "Off"),
        (enumerations.SHARED_VOLUMES, "Désactivé", False),
        (enumerations.SHARED_VOLUMES, "已啟用", True),
        (enumerations.NODE_STATE, "Angehalten", "Paused"),
        (enumerations.NODE_STATE, "關閉", "Down"),
        (enumerations.VHD_TYPE, "Dynamisch erweiterbar", "dynamic"),
        (enumerations.SWITCH_TYPE, "Extern", "external"),
        (enumerations.ON_OFF, "Ein", True),
    ],
)
def test_a_word_is_the_member_that_its_enumeration_has(enum: convert.Enum, written: str, member: Any):
    assert enum(written) == member


@pytest.mark.parametrize("written", ["Quatsch", "Gespeichert", "Up"])
def test_words_of_other_enumerations_are_refused(written: str):
    with pytest.raises(ValueError, match="not a known switch type"):
        enumerations.SWITCH_TYPE(written)


@pytest.mark.parametrize(("written", "means"), [("Ja", True), ("nein", False), ("Vrai", True), ("はい", True), ("否", False)])
def test_answers(written: str, means: bool):
    assert convert.flag(written) is means


@pytest.mark.parametrize(
    ("written", "day_first", "means"),
    [
        ("18.07.2020 13:44:18", None, "2020-07-18T13:44:18"),
        ("2015/8/21 上午 02:05:58", None, "2015-08-21T02:05:58"),
        ("2015/8/21 下午 02:05:58", None, "2015-08-21T14:05:58"),
        ("2015/8/21 14:05", None, "2015-08-21T14:05:00"),
        ("6/10/2025 5:34:48 PM", None, None),
        ("6/10/2025 5:34:48 PM", False, "2025-06-10T17:34:48"),
        ("6/10/2025 17:34:48", True, "2025-10-06T17:34:48"),
        ("6/13/2025 12:00:00 AM", True, "2025-06-13T00:00:00"),
        ("13/6/2025 12:00:00", None, "2025-06-13T12:00:00"),
        ("7/7/2025 0:00:00", None, "2025-07-07T00:00:00"),
        ("31.02.2020 13:44:18", None, None),
        ("4.21:44:29", None, None),
        ("10.0.17763.1", None, None),
    ],
)
def test_dates(written: str, day_first: bool | None, means: str | None):
    assert localised.moment(written, day_first) == means


@pytest.mark.parametrize(
    ("text", "first"),
    [("6/10/2025 and 6/13/2025", False), ("6/10/2025, 13/6/2025", True), ("6/10/2025", None), ("13/6/2025 6/13/2025", None), ("", None)],
)
def test_days_above_12_tell_the_order_of_all_dates(text: str, first: bool | None):
    assert localised.day_comes_first(text) is first


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("1.024", 1024),
        ("1,024,000", 1024000),
        ("1\u202f024", 1024),
        ("1’024", 1024),
        ("16.155 MB", 16155 * 2**20),
        ("2,047 MB", 2047 * 2**20),
        ("931,5 GB", 1863 * 2**29),
        ("931.5 GB", 1863 * 2**29),
        ("1.024.000 KB", 1024000 * 2**10),
    ],
)
def test_sizes(written: str, means: int):
    assert convert.size(written) == means


@pytest.mark.parametrize("written", ["1.024 GB", "1,024 TB", "1.02.4", "1.024,000"])
def test_sizes_that_can_mean_two_things_are_refused(written: str):
    with pytest.raises(ValueError):
        convert.size(written)
