"""The fixed phrases around curated sentences, in both languages."""

from __future__ import annotations

_PHRASES: dict[str, tuple[str, str]] = {
    "yes": ("Yes.", "Ja."),
    "no": ("No.", "Nein."),
    "to_do": ("What to do:", "Was tun:"),
    "depends": ("That depends on the Windows Server version.", "Das hängt von der Windows-Server-Version ab."),
    "which_version": ("Which Windows Server version do you run?", "Welche Windows-Server-Version setzen Sie ein?"),
    "which_r2": ("Which R2 do you mean, {one} or {other}?", "Welches R2 meinen Sie, {one} oder {other}?"),
    "same": ("{title}: **{value}**, unchanged for {versions}.", "{title}: **{value}**, unverändert für {versions}."),
    "same_sentence": ("The same for {versions}: {sentence}", "Gleich für {versions}: {sentence}"),
    "not_documented": ("{title}: not documented for {version}.", "{title}: für {version} nicht dokumentiert."),
    "nothing_for_version": (
        "I don't know: for {version} there is no documented information on this subject ({title}). It is documented for {covered}.",
        "Das weiß ich nicht: Für {version} gibt es zu diesem Thema ({title}) keine dokumentierte Angabe. Dokumentiert ist es für {covered}.",
    ),
    "unknown": (
        "I don't know that: there is no reliable source on it in my knowledge of Hyper-V and Windows failover clusters, and I do not guess. "
        "I can answer questions on limits, requirements, features, pitfalls and errors of Hyper-V and failover clustering, check a configuration, "
        "or walk you through a runbook.",
        "Das weiß ich nicht: In meinem Wissen zu Hyper-V und Windows-Failoverclustern gibt es dazu keine verlässliche Quelle, und ich rate nicht. "
        "Ich beantworte Fragen zu Grenzen, Voraussetzungen, Funktionen, Fallstricken und Fehlern von Hyper-V und Failoverclustern, prüfe eine "
        "Konfiguration oder führe durch ein Runbook.",
    ),
    "unknown_release": (
        "I have no information on {release}: no such release is documented in my sources. I know {known}.",
        "Zu {release} habe ich keine Informationen: Eine solche Version ist in meinen Quellen nicht dokumentiert. Ich kenne {known}.",
    ),
    "harm": (
        "I can't help with that: I do not assist with attacking or damaging systems, and I give no access to other people's data or to my own "
        "secrets. I only answer questions on running your own Hyper-V hosts and failover clusters.",
        "Dabei kann ich nicht helfen: Ich unterstütze keine Angriffe auf Systeme und gebe weder Daten anderer Personen noch eigene Geheimnisse preis. "
        "Ich beantworte nur Fragen zum Betrieb Ihrer eigenen Hyper-V-Hosts und Failovercluster.",
    ),
    "noted": (
        "Noted: {version}. I will answer for it from now on. What would you like to know?",
        "Notiert: {version}. Ab jetzt antworte ich dafür. Was möchten Sie wissen?",
    ),
    "help": (
        "I answer questions on Hyper-V and Windows failover clusters for your version, with sources; I check configuration files and walk you through "
        "runbooks. Ask me, for example:",
        "Ich beantworte Fragen zu Hyper-V und Windows-Failoverclustern für Ihre Version, mit Quellen; ich prüfe Konfigurationsdateien und führe durch "
        "Runbooks. Fragen Sie zum Beispiel:",
    ),
    "examples": (
        "How many nodes can a cluster have on 2012 R2?|Live migration fails with 0x8009030E|Can a CSV be the disk witness?",
        "Wie viele Knoten kann ein Cluster unter 2012 R2 haben?|Livemigration scheitert mit 0x8009030E|Kann ein CSV Datenträgerzeuge sein?",
    ),
    "available_in": ("Available with {versions}.", "Verfügbar mit {versions}."),
    "ask_fix": ("What can I do?", "Was kann ich tun?"),
    "from_document": ("Your document “{title}” says:", "In Ihrem Dokument „{title}“ steht:"),
}


def say(key: str, lang: str, **values: str) -> str:
    """The phrase in `lang` (`en` or `de`), with its gaps filled."""
    english, german = _PHRASES[key]
    return (german if lang == "de" else english).format(**values)
