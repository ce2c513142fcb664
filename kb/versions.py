"""Windows Server versions: names, order, builds, support dates, and finding them in free text.

A version is a short id (`2012R2`); everything that differs by release is keyed by it. The free
*Hyper-V Server* editions share the id of the Windows Server they were built from and are told apart by
`edition` (`hyper-v-server`).

Dates and builds: Microsoft Lifecycle pages and the release tables cited by the entries `os-build-number`,
`ga-date`, `mainstream-support-end` and `extended-support-end`; a test keeps both equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date


class UnknownVersion(ValueError):
    """A text that should name one version does not."""


@dataclass(frozen=True, slots=True)
class Version:
    """One release: `id` as in the contract, `build` as `major.minor.build`, and its dates.

    `mainstream_end` and `extended_end` are the last days of support. `config` is the newest VM
    configuration version the release creates (None: before they were numbered by documentation).
    """

    id: str
    name: str
    build: str
    released: date
    mainstream_end: date
    extended_end: date
    free_edition: bool
    functional_level: int | None = None
    config: str | None = None

    def __str__(self) -> str:
        return self.id

    @property
    def free_name(self) -> str | None:
        """The free Microsoft Hyper-V Server of this release, which shares its build and dates; None since 2022."""
        return self.name.replace("Windows Server", "Microsoft Hyper-V Server") if self.free_edition else None


def _d(text: str) -> date:
    return date.fromisoformat(text)


ALL: tuple[Version, ...] = (
    Version("2008", "Windows Server 2008", "6.0.6001", _d("2008-05-06"), _d("2015-01-13"), _d("2020-01-14"), True),
    Version("2008R2", "Windows Server 2008 R2", "6.1.7600", _d("2009-10-22"), _d("2015-01-13"), _d("2020-01-14"), True),
    Version("2008R2SP1", "Windows Server 2008 R2 SP1", "6.1.7601", _d("2011-02-22"), _d("2015-01-13"), _d("2020-01-14"), True),
    Version("2012", "Windows Server 2012", "6.2.9200", _d("2012-10-30"), _d("2018-10-09"), _d("2023-10-10"), True),
    Version("2012R2", "Windows Server 2012 R2", "6.3.9600", _d("2013-11-25"), _d("2018-10-09"), _d("2023-10-10"), True, 8, "5.0"),
    Version("2016", "Windows Server 2016", "10.0.14393", _d("2016-10-15"), _d("2022-01-11"), _d("2027-01-12"), True, 9, "8.0"),
    Version("2019", "Windows Server 2019", "10.0.17763", _d("2018-11-13"), _d("2024-01-09"), _d("2029-01-09"), True, 10, "9.0"),
    Version("2022", "Windows Server 2022", "10.0.20348", _d("2021-08-18"), _d("2026-10-13"), _d("2031-10-14"), False, 11, "10.0"),
    Version("2025", "Windows Server 2025", "10.0.26100", _d("2024-11-01"), _d("2029-11-13"), _d("2034-11-14"), False, 12, "12.0"),
)
IDS: tuple[str, ...] = tuple(version.id for version in ALL)
_BY_ID = {version.id: version for version in ALL}
_ORDER = {id: position for position, id in enumerate(IDS)}
_BUILDS = {6001: "2008", 6002: "2008", 6003: "2008"} | {int(v.build.split(".")[2]): v.id for v in ALL}
_YEARS = {id[:4] for id in IDS}
_KERNELS = {"6.0": "2008", "6.2": "2012", "6.3": "2012R2"}


def get(id: str) -> Version:
    """The version with this id; raises UnknownVersion naming the known ids."""
    try:
        return _BY_ID[id]
    except KeyError:
        raise UnknownVersion(f"unknown version {id!r}; known are {', '.join(IDS)}") from None


def name(id: str) -> str:
    """The product name: `2012R2` → `Windows Server 2012 R2`."""
    return get(id).name


def short(id: str) -> str:
    """The name people use in a table: `2008R2SP1` → `2008 R2 SP1`."""
    return name(id).removeprefix("Windows Server ")


def position(id: str) -> int:
    """Where the version stands in the order of release, 0 for the oldest."""
    get(id)
    return _ORDER[id]


def ordered(ids) -> list[str]:
    """The ids in order of release, each once."""
    return sorted(set(ids), key=position)


def between(first: str, last: str) -> list[str]:
    """All versions from `first` to `last`, both included; raises UnknownVersion when they are the wrong way round."""
    low, high = position(first), position(last)
    if low > high:
        raise UnknownVersion(f"{first}..{last} runs backwards")
    return list(IDS[low : high + 1])


def numbers(dotted: str) -> tuple[int, ...]:
    """A dotted version as numbers that compare: `10.0` → (10, 0)."""
    return tuple(int(part) for part in dotted.split(".") if part.isdigit())


def expand(text: str) -> list[str]:
    """`2012..2025`, `2016` or `2008, 2012..2016` → ids in order.

    Ranges are closed on purpose: a release that does not exist yet must stay *unknown* until someone has
    read its documentation.
    """
    found: list[str] = []
    for part in str(text).split(","):
        first, dots, last = part.strip().partition("..")
        found += between(first.strip(), last.strip()) if dots else [get(first).id]
    return ordered(found)


def compact(ids) -> str:
    """The inverse of `expand`, for people: `2012–2025`, `2008 R2, 2016`."""
    runs: list[list[str]] = []
    for id in ordered(ids):
        if runs and position(id) == position(runs[-1][-1]) + 1:
            runs[-1].append(id)
        else:
            runs.append([id])
    return ", ".join(short(run[0]) if len(run) == 1 else f"{short(run[0])}–{short(run[-1])}" for run in runs)


def of_build(text: str) -> str | None:
    """The version of a Windows build: `6.1.7601`, `10.0.17763.1`, `17763` or `9200` → id; None when unknown."""
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if len(numbers) >= 3:
        return _BUILDS.get(numbers[2])
    if len(numbers) == 2:
        return _KERNELS.get(f"{numbers[0]}.{numbers[1]}")
    return _BUILDS.get(numbers[0]) if numbers else None


def of_functional_level(level: int) -> str | None:
    """The version whose cluster functional level this is (8 → 2012R2 … 12 → 2025); None when unknown."""
    return next((v.id for v in ALL if v.functional_level == level), None)


# --- finding versions in free text -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text that speaks of versions.

    `ids` are the versions meant, in order. `kind` is `exact`, `range` (`ab 2016`, `2012 or later`) or
    `ambiguous` (a bare `R2`: `ids` are the candidates). `unknown` holds the words of a release that does
    not exist (`2028`), in which case `ids` is empty.
    """

    start: int
    end: int
    text: str
    ids: tuple[str, ...]
    kind: str = "exact"
    unknown: str | None = None
    free_edition: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """All mentions of a text in their order, with the shortcuts people need."""

    mentions: tuple[Mention, ...] = field(default=())

    @property
    def ids(self) -> list[str]:
        """Every version named for certain, in order of release."""
        return ordered(id for m in self.mentions if m.kind != "ambiguous" for id in m.ids)

    @property
    def ambiguous(self) -> Mention | None:
        """The first bare `R2`, when nothing else in the text says which."""
        return next((m for m in self.mentions if m.kind == "ambiguous"), None)

    @property
    def unknown(self) -> str | None:
        """The first release named that Lotse does not know."""
        return next((m.unknown for m in self.mentions if m.unknown), None)


_SERVICE_PACK = r"(?:[\s,]*(?:\(?\s*(?:SP|Service\s?Pack)\s?(?P<sp>[12])\s*\)?))?"
_PREFIX = r"(?:(?:MS|Microsoft\s+)?(?:Windows\s+Server|Hyper-?V\s+Server|Win(?:dows)?\s?Server|Windows|Server|WinSrv|WS|Win|W|Srv)[\s-]*)"
_SINGLE = re.compile(
    rf"""(?<![\w.,\\#$€])(?<![A-Za-z]-)(?P<prefix>{_PREFIX})?
    (?:
        (?P<year>20(?:08|12|16|19|22|25))(?P<inflected>er)?(?!\d)(?:[\s_.-]{{0,2}}(?P<r2>R2)(?=SP\d|\W|$))?{_SERVICE_PACK}
      | 2k(?P<k>8|12|16|19|22|25)(?!\d)(?:[\s_-]?(?P<kr2>R2)(?=SP\d|\W|$))?{_SERVICE_PACK.replace("<sp>", "<ksp>")}
      | (?P<build>(?:6\.[0123]|10\.0)(?:\.\d{{4,5}})?(?:\.\d+)?)(?![\d.]*\d)
    )(?!\w)""",
    re.I | re.X,
)
_BUILD_WORD = re.compile(r"\b(?:OS[\s-]?)?Build(?:nummer|\s?number)?[\s:#-]*(\d{4,5})(?:\.\d+)?\b", re.I)
_R2_YEAR = re.compile(r"(?<!\w)R2\s*\(?\s*(2008|2012)\)?(?!\w)", re.I)
_BARE_R2 = re.compile(r"(?<![\w-])(?<!\d )R2(?![\w-])", re.I)
_OTHER_YEAR = re.compile(rf"(?<![\w.,-])(?P<prefix>{_PREFIX})(?P<year>20\d\d|2003|2000)(?:\s?R2)?(?!\w)", re.I)
_SINCE = re.compile(
    r"(?:\b(?:since|from|starting\s+(?:with|in)|beginning\s+with|as\s+of|seit|ab|newer\s+than|neuer\s+als|after|nach)\s+(?:the\s+|dem\s+|der\s+|version\s+)?)$",
    re.I,
)
_AFTER = re.compile(
    r"^\s*(?:(?:and|or|oder|und)\s+(?:later|newer|above|up|higher|neuer|später|höher|aufwärts)\b|(?:onwards?|upwards?|aufwärts)\b|\+(?!\w))",
    re.I,
)
_BEFORE = re.compile(
    r"(?:\b(?:before|until|up\s+to|prior\s+to|older\s+than|vor|bis(?:\s+zu)?(?:\s+einschließlich)?|älter\s+als)\s+(?:the\s+|dem\s+|version\s+)?)$",
    re.I,
)
_EARLIER = re.compile(r"^\s*(?:(?:and|or|oder|und)\s+(?:earlier|older|below|früher|älter)\b)", re.I)
_JOIN = re.compile(r"^\s*(?:-|–|—|bis(?:\s+zu)?|to|through|until|\.\.)\s*$", re.I)
_EXCLUSIVE = re.compile(r"\b(?:before|prior\s+to|older\s+than|vor|älter\s+als|newer\s+than|neuer\s+als|after|nach)\b", re.I)


def parse(text: str) -> Found:
    """Every version a text names, in English or German, with its position.

    >>> parse("from 2012R2 to 2019").ids
    ['2012R2', '2016', '2019']
    >>> parse("wieviele vCPUs bei R2?").ambiguous.ids
    ('2008R2', '2012R2')
    """
    singles = _singles(text)
    mentions: list[Mention] = []
    index = 0
    while index < len(singles):
        here = singles[index]
        if here.unknown or not here.ids:
            mentions.append(here)
            index += 1
            continue
        follower = singles[index + 1] if index + 1 < len(singles) else None
        if (
            follower
            and follower.ids
            and _JOIN.match(text[here.end : follower.start])
            and position(here.ids[0]) < position(follower.ids[-1])
        ):
            mentions.append(_span(text, here.start, follower.end, between(here.ids[0], follower.ids[-1])))
            index += 2
            continue
        mentions.append(_widened(text, here))
        index += 1
    if not any(m.ids for m in mentions):
        mentions += [
            Mention(m.start(), m.end(), m.group(), ("2008R2", "2012R2"), "ambiguous")
            for m in _BARE_R2.finditer(text)
            if not any(known.start <= m.start() < known.end for known in mentions)
        ]
    return Found(tuple(sorted(mentions, key=lambda m: m.start)))


def parse_one(text: str) -> str:
    """The single version a text names, as for a command-line option; raises UnknownVersion saying what is wrong."""
    compacted = re.sub(r"[\s_-]+", "", text).upper()
    if compacted in _BY_ID:
        return compacted
    found = parse(text)
    if re.search(r"\bR[013-9]\b", text, re.I):
        raise UnknownVersion(f"{text!r} names no release; known are {', '.join(IDS)}")
    if found.ambiguous:
        raise UnknownVersion(f"{text!r} is ambiguous: 2008R2 or 2012R2?")
    if len(found.ids) != 1:
        raise UnknownVersion(f"{text!r} does not name one version; known are {', '.join(IDS)}")
    return found.ids[0]


def _span(text: str, start: int, end: int, ids: list[str]) -> Mention:
    return Mention(start, end, text[start:end], tuple(ids), "range")


def _widened(text: str, mention: Mention) -> Mention:
    """`seit 2012`, `2012 or later`, `before 2016` → the range meant."""
    before, after = text[: mention.start], text[mention.end :]
    first, last = mention.ids[0], mention.ids[-1]
    if lead := _SINCE.search(before):
        ids = between(first, IDS[-1])
        if _EXCLUSIVE.search(lead.group()):
            ids = [id for id in ids if id not in mention.ids]
        return _span(text, lead.start(), mention.end, ids)
    if tail := _AFTER.match(after):
        return _span(text, mention.start, mention.end + tail.end(), between(first, IDS[-1]))
    if lead := _BEFORE.search(before):
        ids = between(IDS[0], last)
        if _EXCLUSIVE.search(lead.group()):
            ids = [id for id in ids if id not in mention.ids]
        return _span(text, lead.start(), mention.end, ids)
    if tail := _EARLIER.match(after):
        return _span(text, mention.start, mention.end + tail.end(), between(IDS[0], last))
    return mention


def _singles(text: str) -> list[Mention]:
    found: list[Mention] = []

    def free(start: int, end: int) -> bool:
        return all(end <= m.start or start >= m.end for m in found)

    for match in _R2_YEAR.finditer(text):
        found.append(Mention(match.start(), match.end(), match.group(), (match.group(1) + "R2",)))
    for match in _SINGLE.finditer(text):
        if free(match.start(), match.end()) and (ids := _ids_of(match)) and _is_a_release(text, match):
            found.append(Mention(match.start(), match.end(), match.group(), ids, free_edition="hyper" in (match["prefix"] or "").lower()))
    for match in _BUILD_WORD.finditer(text):
        id = of_build(match.group(1))
        if free(match.start(), match.end()):
            found.append(Mention(match.start(), match.end(), match.group(), (id,) if id else (), unknown=None if id else match.group()))
    for match in _OTHER_YEAR.finditer(text):
        known = match["year"] in _YEARS or match["year"] in ("2000", "2003")
        if free(match.start(), match.end()) and not known:
            found.append(Mention(match.start(), match.end(), match.group(), (), unknown=match.group()))
    return sorted(found, key=lambda m: m.start)


def _ids_of(match: re.Match[str]) -> tuple[str, ...]:
    if build := match["build"]:
        if build.count(".") == 1 and not match["prefix"]:
            return ()  # "10.0" alone is rather a VM configuration version
        id = of_build(build)
        return (id,) if id else ()
    year = match["year"] or "20" + match["k"].zfill(2)
    r2 = bool(match["r2"] or match["kr2"])
    if r2 and year not in ("2008", "2012"):
        r2 = False
    sp = match["sp"] or match["ksp"]
    id = year + ("R2" if r2 else "")
    return ("2008R2SP1",) if id == "2008R2" and sp == "1" else (id,)


_NOT_A_RELEASE = re.compile(
    r"(?:\b(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)\w*\.?\s*(?:\d{1,2}\.?,?\s*)?|\d{1,2}[./]\d{1,2}[./]|SQL(?:\s+Server)?\s*|Exchange(?:\s+Server)?\s*|SharePoint(?:\s+Server)?\s*|Office\s*|Visual\s+Studio\s*|SBS\s*|Veeam\s*)$",
    re.I,
)


def _is_a_release(text: str, match: re.Match[str]) -> bool:
    """False for a year of a date (`May 2016`) or of another product (`SQL Server 2012`)."""
    start = match.start("year") if match["year"] else match.start()
    return not _NOT_A_RELEASE.search(text[:start])
