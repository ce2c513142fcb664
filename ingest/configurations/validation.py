"""Cluster validation reports of Test-Cluster: the XML in `C:\\Windows\\Cluster\\Reports`, and its rendering as HTML or MHT.

The XML is made for rendering: `Report/Channel/Channel` elements are categories (`Type="Summary"`) or tests, which name their
category in `SummaryChannel`, their name in `Title`, their outcome in `Result`, and hold `Message` elements with a `Level` (Info,
Warn, Fail). In the page a test is a row of a name that links to its details, an icon, and the outcome in words.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ingest.configurations.convert import time
from ingest.configurations.parts import BadFile, Part, put
from ingest.configurations.xml import local
from kb import versions
from kb.inventory import Cluster, ClusterNetwork, Inventory, Location, Node

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from ingest.configurations.html import Page

NAME = "cluster validation report (MHT)"
_REMEDY = "pass the report that Test-Cluster wrote, from C:\\Windows\\Cluster\\Reports"
_MOST_PROBLEMS = 50
_PARTS = re.compile(r"multipart/|message/", re.I)
_MOST_PARTS = 10
_LONGEST_HEADER = 2_000

# Outcomes as reports write them, in English, German, French, Japanese and Chinese, and the names of their icons.
_OUTCOMES = {
    "failed": "failed failure fail error fehlgeschlagen fehler échec échoué erreur 失敗 失败 错误 エラー",
    "warning": "warning warn warnings warnung avertissement 警告",
    "success": "success succeeded passed pass info erfolgreich erfolg bestanden réussi succès réussite 成功",
    "not run": "notrun canceled cancelled skipped notapplicable nichtausgeführt abgebrochen nichtzutreffend nonexécuté annulé キャンセル "
    "未実行 已取消 未运行 未執行",
}
_OUTCOME_BY_WORD = {word: outcome for outcome, words in _OUTCOMES.items() for word in words.split()}
_TITLES = ("failover cluster validation report", "validierungsbericht", "rapport de validation", "検証レポート", "验证报告", "驗證報告")
# What stands before a value in the inventory part, and what the value is.
_LABELS = {
    "node": "node", "knoten": "node", "nœud": "node", "noeud": "node", "ノード": "node", "节点": "node", "節點": "node",
    "cluster": "cluster", "cluster name": "cluster", "clustername": "cluster", "nom du cluster": "cluster", "クラスター名": "cluster",
    "network": "network", "netzwerk": "network", "réseau": "network",
    "network role": "role", "netzwerkrolle": "role", "role": "role",
    "metric": "metric", "metrik": "metric",
    "operating system version": "version", "version": "version", "betriebssystemversion": "version", "os version": "version",
}  # fmt: skip
_ROLES = {"disabled": "none", "internal": "cluster", "enabled": "cluster_and_client", "internal and client use": "cluster_and_client"}
_ROLES |= {"cluster only": "cluster", "cluster and client": "cluster_and_client", "none": "none", "not used": "none"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_BUILD = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4,5}(?:\.\d{1,6})?")
_WRITTEN = re.compile(r"(\d{4})\.(\d\d)\.(\d\d) At (\d\d)\.(\d\d)\.(\d\d)", re.I)


# --- the three notations ----------------------------------------------------------------------------------------------


def read_xml(root: Element, file: str) -> Part:
    """What the XML of a report tells; raises BadFile for other XML with this root."""
    channels = [element for element in root.iter() if local(element.tag) == "Channel"]
    report = _Report(file)
    categories: dict[str, str] = {}
    for channel in channels:
        if (channel.get("Type") or "").lower() == "summary" and channel.get("id", channel.get("Id")):
            categories[channel.get("id") or channel.get("Id") or ""] = _inner(channel, "ChannelName")
    for number, channel in enumerate(channels, 1):
        place = f"/Report/Channel[{number}]"
        title, result = _inner(channel, "Title"), _inner(channel, "Result")
        messages = [child for child in channel if local(child.tag) == "Message"]
        if (channel.get("Type") or "").lower() != "summary" and (title or result):
            levels = {_outcome(message.get("Level")) for message in messages}
            worst = next((level for level in ("failed", "warning") if level in levels), None)
            problems = [_words(message) for message in messages if _outcome(message.get("Level")) in ("failed", "warning")]
            report.test(categories.get(_inner(channel, "SummaryChannel"), ""), title, _outcome(result) or worst, problems, place)
        for message in messages:
            report.line(_words(message), place)
        for table in _tables(channel):
            report.table([[_words(cell) for cell in row] for row in table if len(row)], place)
    return report.part()


def is_report(page: Page) -> bool:
    """True for a page that is a report: by its title, or by rows of tests with icons of their outcomes."""
    title = page.title.lower()
    start = " ".join(item if isinstance(item, str) else " ".join(cell.text for cell in item) for item in page.content[:20]).lower()
    return any(words in title or words in start for words in _TITLES)


def of_page(page: Page, file: str) -> Part:
    """What the HTML of a report tells; raises BadFile when no test stands in it."""
    report = _Report(file)
    taken: set[int] = set()
    for number, rows in enumerate(page.tables, 1):
        if rows and len(_columns([cell.text for cell in rows[0]])) > 1:
            report.table([[cell.text for cell in row] for row in rows], f"table {number}")
            taken.update(id(row) for row in rows)
    category, number = "", 0
    for item in page.content:
        if isinstance(item, str):
            category = item if len(item) <= 100 else category
            report.line(item, f"row {number}" if number else "")
            continue
        number += 1
        links = [cell for cell in item if any(link.startswith("#") for link in cell.links)]
        outcome = next((known for cell in item for word in (cell.text, *cell.images) if (known := _outcome(word))), None)
        if links and outcome and len(item) <= 4:
            report.test(category, links[0].text, outcome, [], f"row {number}")
        elif id(item) not in taken:
            report.row([cell.text for cell in item], f"row {number}")
    return report.part()


def _columns(heads: list[str]) -> list[str]:
    """What the columns of a table are, as far as they are of use."""
    return [known for head in heads if (known := _LABELS.get(head.strip(": ").lower()))]


def recognises(text: str) -> bool:
    """True for a report saved as MHT: a message of MIME with a page in it."""
    head = text[:4000].lower()
    return "mime-version:" in head and ("multipart/related" in head or "text/html" in head)


def read(text: str, file: str) -> Part:
    """What a report in MHT tells; raises BadFile."""
    import email
    from email.policy import Compat32

    class _ShortHeaders(Compat32):
        """Headers cut short: the standard library takes time with the square of their length."""

        def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
            name, value = super().header_source_parse(sourcelines)
            return name, value[:_LONGEST_HEADER]

    from ingest.configurations import html
    from ingest.configurations.text import decode

    if len(_PARTS.findall(text)) > _MOST_PARTS:
        raise BadFile(file, "", f"MHT of more than {_MOST_PARTS} parts with parts", _REMEDY)
    message = email.message_from_string(text, policy=_ShortHeaders())
    for part in message.walk():
        if part.get_content_type() != "text/html":
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        found = html.read(decode(content), file)
        for inventory in found.whole:
            if inventory.cluster and inventory.cluster.validated is None and (written := _date(message.get("Date"))):
                put(inventory.cluster, "validated", written, Location(file, "Date"))
                found.warnings = [warning for warning in found.warnings if not warning.endswith(_UNDATED)]
        return found
    raise BadFile(file, "", "MHT without a page in it", _REMEDY)


def _date(header: str | None) -> str | None:
    import email.utils

    try:
        return time(email.utils.parsedate_to_datetime(str(header)).isoformat()) if header else None
    except (ValueError, TypeError, IndexError):
        return None


def _tables(channel: Element) -> Iterator[Element]:
    """The tables of a channel, without those of channels in it."""
    pending = list(reversed(channel))
    while pending:
        element = pending.pop()
        if local(element.tag) == "Table":
            yield element
        elif local(element.tag) != "Channel":
            pending += reversed(element)


def _inner(channel: Element, name: str) -> str:
    """The text of a child, which may lie in a `Value` in it."""
    return next((_words(child) for child in channel if local(child.tag) == name), "")


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _outcome(written: str | None) -> str | None:
    word = re.sub(r"[\s_-]|img(?=$)|\.(?:png|gif|jpg)$", "", (written or "").strip().lower())
    return _OUTCOME_BY_WORD.get(word)


# --- what they have in common -----------------------------------------------------------------------------------------

_UNDATED = "when it was written is not known; keep the name that Test-Cluster gave it (`Validation Report 2026.01.31 At 10.20.30`)"


class _Report:
    """Collects tests and the inventory values that stand between them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.cluster = Cluster(at={"": Location(file)})
        self.nodes: dict[str, Node] = {}
        self.networks: dict[str, ClusterNetwork] = {}
        self.network: ClusterNetwork | None = None
        self.node: Node | None = None
        self.tests: dict[tuple[str, str], tuple[str | None, list[str]]] = {}

    def test(self, category: str, name: str, outcome: str | None, problems: list[str], place: str) -> None:
        """A test and how it ended; the same one listed again counts once, with its worst outcome."""
        if not name:
            return
        order = (None, "success", "not run", "warning", "failed")
        known, listed = self.tests.get((category, name), (None, []))
        listed += problems
        self.tests[category, name] = (max(known, outcome, key=order.index), listed)

    def line(self, text: str, place: str) -> None:
        """A text such as `Node: HV01`."""
        label, colon, value = text.partition(":")
        if colon and len(text) <= 300:
            self.value(label, value, place)

    def row(self, cells: list[str], place: str) -> None:
        """A row of a table: a label and its value."""
        if len(cells) >= 2 and cells[0]:
            self.value(cells[0].rstrip(":"), cells[1], place)
        elif len(cells) == 1:
            self.line(cells[0], place)

    def table(self, rows: list[list[str]], place: str) -> None:
        """A table: with names at its head, or with labels at its left."""
        heads = [_LABELS.get(cell.strip(": ").lower()) for cell in rows[0]] if rows else []
        if len(rows) > 1 and len(_columns(rows[0])) > 1:
            for row in rows[1:]:
                for head, cell in zip(heads, row, strict=False):
                    if head:
                        self.value(head, cell, place)
        else:
            for row in rows:
                self.row(row, place)

    def value(self, label: str, value: str, place: str) -> None:
        value = value.strip()
        location = Location(self.file, place)
        match _LABELS.get(label.strip(": ").lower()):
            case "node" if _NAME.fullmatch(value):
                self.node = self.nodes.setdefault(value.lower().partition(".")[0], Node(at={"": location}))
                put(self.node, "name", value.partition(".")[0], location)
            case "cluster" if _NAME.fullmatch(value):
                put(self.cluster, "name", value, location)
            case "network" if value and len(value) < 200:
                self.network = self.networks.setdefault(value.lower(), ClusterNetwork(at={"": location}))
                put(self.network, "name", value, location)
            case "role" if self.network is not None:
                put(self.network, "role", _ROLES.get(value.lower()), location)
            case "metric" if self.network is not None and re.fullmatch(r"\d{1,9}", value):
                put(self.network, "metric", int(value), location)
            case "version" if self.node is not None and (build := _BUILD.search(value)):
                put(self.node, "build", build[0], location)
                put(self.node, "version", versions.of_build(build[0]), location)
            case None if self.network is not None and value.isdigit() and "." in label:
                with contextlib.suppress(ValueError):  # some other row of two cells
                    put(self.network, "subnet", str(ipaddress.ip_network(f"{label.strip()}/{value}", strict=False)), location)

    def part(self) -> Part:
        """The cluster, and a warning for every test that did not succeed; raises BadFile when no test was found."""
        if not self.tests:
            raise BadFile(self.file, "", "no test of a cluster validation report stands in it", _REMEDY)
        if self.nodes:
            put(self.cluster, "nodes", list(self.nodes.values()), Location(self.file))
        if self.networks:
            put(self.cluster, "networks", list(self.networks.values()), Location(self.file))
        warnings = []
        if written := _WRITTEN.search(self.file):
            year, month, day, hour, minute, second = written.groups()
            with contextlib.suppress(ValueError):  # digits that are no date
                put(self.cluster, "validated", time(f"{year}-{month}-{day}T{hour}:{minute}:{second}"), Location(self.file))
        if self.cluster.validated is None:
            warnings.append(f"{self.file}: {_UNDATED}")
        return Part(whole=[Inventory(cluster=self.cluster)], warnings=warnings + list(self._problems()))

    def _problems(self) -> Iterable[str]:
        """The tests that did not succeed, failures first."""
        found = [
            f"{self.file}: validation test {f'{category}: ' if category else ''}{name}: {outcome}{f' ({problems[0][:300]})' if problems else ''}"
            for wanted in ("failed", "warning", "not run")
            for (category, name), (outcome, problems) in self.tests.items()
            if outcome == wanted
        ]
        yield from found[:_MOST_PROBLEMS]
        if len(found) > _MOST_PROBLEMS:
            yield f"{self.file}: {len(found) - _MOST_PROBLEMS} more validation tests did not succeed"
