"""The ecosystem report: what Lotse reads in configuration files that other people published, and what it finds in them.

Only results are kept, in docs/ecosystem.md, never the files, whose licences differ. A change that alters a result shows in
the difference of that page.

Run: python -m benchmarks.ecosystem FOLDER > docs/ecosystem.md
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from ingest.configurations.read import read_paths
from kb.assess import assess
from kb.load import compile_entries
from kb.report import Report


def main() -> None:
    """Print the report over a folder of samples, one sample a file."""
    folder = Path(sys.argv[1])
    knowledge = compile_entries()
    print("# The ecosystem report\n")
    print("What Lotse reads in configuration files that other people published (test data of other projects, issues, documentation), each")
    print("judged by itself, and what it finds in them. The files are not part of this project. This page is written by")
    print("`python -m benchmarks.ecosystem FOLDER`.\n")
    totals: Counter[str] = Counter()
    for path in sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix not in (".enc", ".md")):
        reading = read_paths([path])
        print(f"## {path.relative_to(folder)}\n")
        if reading.left_out:
            totals["left out"] += 1
            left = reading.left_out[0]
            print(f"Left out: {left.problem}.\n")
            continue
        totals["read"] += 1
        report = assess(reading.inventory, knowledge, warnings=reading.warnings)
        print(_about(report, str(path)))
        totals.update(failure.rule for failure in report.failures)
    print("## In all\n")
    print(f"{totals.pop('read')} files read, {totals.pop('left out', 0)} left out with a reason.\n")
    print("| rule | findings |\n| --- | --- |")
    for rule, count in sorted(totals.items()):
        print(f"| {rule} | {count} |")


def _about(report: Report, path: str) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in report.counts.items() if count)
    summary = report.summary
    lines = [
        f"Windows Server {report.platform.version or 'unknown'} ({report.platform.how.en}); {counts or 'nothing'}.",
        f"{summary['fail']} findings, {summary['pass']} passed, {summary['not_applicable']} not applicable, {summary['unknown']} not judged.",
        "",
    ]
    lines += [
        f"- {f.rule} {f.severity}, {f.subject.kind} {f.subject.name}: {f.title.en}{f' ({f.observed.en})' if f.observed else ''}"
        for f in report.failures
    ]
    lines += [f"- warning: {warning.replace(path, '…')[:200]}" for warning in report.warnings]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
