"""Reports as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from urllib.parse import quote

from kb.report import Report

_SARIF_LEVEL = {"error": "error", "warning": "warning", "info": "note"}


def _uri(file: str) -> str:
    """A file name as a reference that may stand in a URI."""
    return quote(file.replace("\\", "/"))


def write(report: Report, lang: str) -> str:
    """One run with a result for each failure."""
    failed = report.failures
    described = {r.rule: r for r in failed}
    run = {
        "tool": {
            "driver": {
                "name": "Lotse",
                "rules": [
                    {
                        "id": id,
                        "shortDescription": {"text": r.title.in_(lang)},
                        "fullDescription": {"text": r.why.in_(lang) if r.why else r.title.in_(lang)},
                        "help": {"text": " ".join(a.in_(lang) for a in r.fix) or r.title.in_(lang)},
                        **({"helpUri": r.sources[0].url} if r.sources else {}),
                    }
                    for id, r in described.items()
                ],
            }
        },
        "results": [
            {
                "ruleId": r.rule,
                "level": _SARIF_LEVEL[r.severity],
                "message": {
                    "text": f"{r.subject.kind} {r.subject.name}: {r.title.in_(lang)}" + (f" ({r.observed.in_(lang)})" if r.observed else "")
                },
                "locations": [
                    {
                        "logicalLocations": [{"fullyQualifiedName": f"{r.subject.kind}/{r.subject.name}"}],
                        **({"physicalLocation": {"artifactLocation": {"uri": _uri(r.location.file)}}} if r.location else {}),
                    }
                ],
                "partialFingerprints": {"lotse/v1": f"{r.rule}/{r.subject.kind}/{r.subject.name}"},
                "properties": {"implements": r.implements, "version": r.version},
            }
            for r in failed
        ],
    }
    return (
        json.dumps(
            {"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [run]}, ensure_ascii=False, indent=2
        )
        + "\n"
    )
