"""The words of reports, in both languages."""

from __future__ import annotations

WORDS = {
    "en": {
        "report": "Lotse report", "platform": "Windows Server", "unknown": "unknown", "target": "judged for", "fail": "failed", "pass": "passed",
        "not_applicable": "not applicable", "unknown_count": "not judged", "error": "errors", "observed": "observed", "limit": "documented", "why": "Why", "fix": "Fix",
        "source": "Source", "place": "Place", "nothing": "Nothing failed.", "not_judged": "What could not be judged", "collect": "collect with", "collector": "Most of it is collected in one go by the script that this prints:", "one_by_one": "Or command by command",
        "rules": "rules", "left_out": "Left out and doubtful", "seen": "Seen", "errors": "Errors", "warnings": "Warnings", "infos": "Advice",
        "changes": "Since the earlier report", "new": "new", "resolved": "resolved", "unchanged": "unchanged", "accepted": "Accepted for a time", "until": "until",
        "map": "Map", "finding": "finding", "findings": "findings", "no_finding": "No finding", "no_host": "host not known", "node": "Node", "memory": "Memory",
        "after_loss": "If this node is lost", "matrix": "Live migration matrix", "capacity": "Capacity", "loss_of": "without", "survives": "the others carry everything", "survives_not": "not enough room", "not_told": "not known",
        "mobility": "Live migration: what stands in the way", "cannot_move": "cannot move", "may_move": "cannot be told",
        "upgrade": "Upgrade", "new_there": "new there", "resolved_there": "resolved there", "stays": "findings that stay", "gone": "no longer there",
    },
    "de": {
        "report": "Lotse-Bericht", "platform": "Windows Server", "unknown": "unbekannt", "target": "beurteilt für", "fail": "durchgefallen", "pass": "bestanden",
        "not_applicable": "nicht zutreffend", "unknown_count": "nicht beurteilt", "error": "Fehler", "observed": "vorgefunden", "limit": "dokumentiert", "why": "Warum", "fix": "Abhilfe",
        "source": "Quelle", "place": "Stelle", "nothing": "Nichts ist durchgefallen.", "not_judged": "Was nicht beurteilt werden konnte", "collect": "erheben mit", "collector": "Das meiste erhebt in einem Durchgang das Skript, das dies ausgibt:", "one_by_one": "Oder Befehl für Befehl",
        "rules": "Regeln", "left_out": "Ausgelassen und zweifelhaft", "seen": "Gesehen", "errors": "Fehler", "warnings": "Warnungen", "infos": "Hinweise",
        "changes": "Seit dem früheren Bericht", "new": "neu", "resolved": "erledigt", "unchanged": "unverändert", "accepted": "Auf Zeit angenommen", "until": "bis",
        "map": "Übersicht", "finding": "Befund", "findings": "Befunde", "no_finding": "Ohne Befund", "no_host": "Host nicht bekannt", "node": "Knoten", "memory": "Arbeitsspeicher",
        "after_loss": "Fällt dieser Knoten aus", "matrix": "Livemigrationsmatrix", "capacity": "Kapazität", "loss_of": "ohne", "survives": "die übrigen tragen alles", "survives_not": "der Platz reicht nicht", "not_told": "nicht bekannt",
        "mobility": "Livemigration: was im Weg steht", "cannot_move": "kann nicht wechseln", "may_move": "lässt sich nicht sagen",
        "upgrade": "Upgrade", "new_there": "dort neu", "resolved_there": "dort erledigt", "stays": "Befunde, die bleiben", "gone": "nicht mehr vorhanden",
    },
}  # fmt: skip
COUNTED = {
    "clusters": ("cluster", "clusters", "Cluster", "Cluster"), "hosts": ("host", "hosts", "Host", "Hosts"),
    "nodes": ("node", "nodes", "Knoten", "Knoten"), "networks": ("cluster network", "cluster networks", "Clusternetzwerk", "Clusternetzwerke"),
    "volumes": ("CSV", "CSVs", "CSV", "CSVs"), "vms": ("VM", "VMs", "VM", "VMs"), "disks": ("disk", "disks", "Datenträger", "Datenträger"),
    "adapters": ("adapter", "adapters", "Adapter", "Adapter"), "switches": ("switch", "switches", "Switch", "Switches"),
    "checkpoints": ("checkpoint", "checkpoints", "Prüfpunkt", "Prüfpunkte"),
}  # fmt: skip
