// Every text of the page in both languages, and the versions and editions one can choose.

export const LANGUAGES = ["en", "de"];

/** Ids as in the contract, with the name people know. A test keeps them equal to the versions of the knowledge base. */
export const VERSIONS = new Map([
  ["2025", "2025"], ["2022", "2022"], ["2019", "2019"], ["2016", "2016"], ["2012R2", "2012 R2"], ["2012", "2012"],
  ["2008R2SP1", "2008 R2 SP1"], ["2008R2", "2008 R2"], ["2008", "2008"],
]);
export const EDITIONS = new Map([["standard", "Standard"], ["datacenter", "Datacenter"], ["enterprise", "Enterprise"], ["hyper-v-server", "Hyper-V Server"]]);

// A pair of texts is [one, many], chosen by `n`.
export const STRINGS = {
  en: {
    skip: "Skip to content",
    tagline: "Hyper-V and failover clusters: answers, checks, runbooks",
    nav: "Parts of Lotse", navAsk: "Ask", navCheck: "Check", navRunbooks: "Runbooks", language: "Language",
    preparing: "Search by meaning is being prepared: {done} of {total}; answers already work by words.",

    askTitle: "What would you like to know?",
    askLead: "Ask about limits, requirements, pitfalls and errors of Hyper-V and Windows failover clusters. Every answer names its sources and holds for your version, from 2008 to 2025.",
    examples: ["How many nodes can a cluster have?", "Live migration fails with 0x8009030E", "Can a CSV be the disk witness?", "How many virtual processors can a VM have on 2019?"],
    questionLabel: "Your question", questionPlaceholder: "Ask about Hyper-V or failover clusters …",
    questionHint: "Enter sends, Shift+Enter starts a new line.",
    version: "Windows Server", edition: "Edition", notSaid: "not said", ask: "Ask", newConversation: "New conversation",
    conversation: "Conversation", youAsked: "You asked", thinking: "Looking it up …",
    answer: "Answer", clarify: "Question back", refuse: "No answer",
    byModel: "phrased by a language model, checked against the sources",
    matrix: "By version", matrixVersion: "Windows Server", matrixValue: "Value", asked: "asked",
    sources: "Sources", source: "Source {n}", entry: "Everything on {id}",
    whichVersion: "Which Windows Server version?", suggestions: "Ask next",
    runbookFor: "There is a runbook for this:", walkThrough: "Walk me through it", read: "Read it",
    wasHelpful: "Was this helpful?", helpful: "Yes, helpful", notHelpful: "No, not helpful",
    commentLabel: "What should be better? (optional)", commentLabelGood: "Anything to add? (optional)", send: "Send", thanks: "Thank you for your feedback.",

    checkTitle: "Check a configuration",
    checkLead: "Lotse reads what your hosts and clusters say about themselves and compares it with what is documented for their version.",
    dropHere: "Drop files or folders here", chooseFiles: "Choose files", chooseFolder: "Choose a folder",
    dropFormats: "VM configurations (XML), PowerShell output (JSON, CliXml, text), systeminfo, or an inventory collected with Export-LotseInventory.ps1",
    collector: "Download Export-LotseInventory.ps1: run on one node, it collects all of it in one file",
    fromFiles: "from the files", target: "Upgrade or migrate to", noTarget: "nothing planned", checkAgain: "Check again",
    privacy: "Your files go to this Lotse server and nowhere else.",
    sending: ["Sending {n} file ({size}) …", "Sending {n} files ({size}) …"], judging: ["Reading and judging {n} file …", "Reading and judging {n} files …"],
    cancel: "Cancel", cancelled: "Cancelled.", noFiles: "There is no configuration file in what you chose.", unreadable: "{path} cannot be read",
    leftOut: ["{n} virtual disk, image or saved state was left out and not sent.", "{n} virtual disks, images or saved states were left out and not sent."],
    checkedFor: "Checked for {version}", checkedWithout: "Checked without a version", checkedTarget: "with {version} as the target",
    checkedWithoutHint: "The files do not say which Windows Server they come from, so only what holds for every version was judged. Choose the version above and check again.",
    foundNothing: "Nothing wrong was found in what could be judged.",
    findings: ["{n} finding", "{n} findings"],
    pass: "passed", not_applicable: "not applicable", unknown: "could not be judged", error: "rules failed to run",
    readCounts: "Read: {counts}",
    counts: {
      clusters: ["{n} cluster", "{n} clusters"], hosts: ["{n} host", "{n} hosts"], nodes: ["{n} node", "{n} nodes"], networks: ["{n} cluster network", "{n} cluster networks"],
      volumes: ["{n} cluster volume", "{n} cluster volumes"], vms: ["{n} VM", "{n} VMs"], disks: ["{n} disk", "{n} disks"], adapters: ["{n} adapter", "{n} adapters"],
      switches: ["{n} switch", "{n} switches"], checkpoints: ["{n} checkpoint", "{n} checkpoints"],
    },
    kinds: { vm: "VM", disk: "disk", dvd: "DVD drive", adapter: "adapter", host: "host", cluster: "cluster", node: "node", network: "network", volume: "volume", switch: "switch", checkpoint: "checkpoint" },
    severities: { error: ["{n} error", "{n} errors"], warning: ["{n} warning", "{n} warnings"], info: ["{n} note", "{n} notes"] },
    severityNames: { error: "Errors", warning: "Warnings", info: "Notes" },
    showSeverities: "Show", expandAll: "Open all", collapseAll: "Close all",
    objects: ["{n} object", "{n} objects"], showAll: "Show all {n}",
    object: "Object", observed: "Found", limit: "Documented", where: "Where", why: "Why it matters", fix: "What to do", rule: "Rule {id}",
    unknownTitle: ["{n} rule result could not be judged", "{n} rule results could not be judged"],
    unknownLead: "The files do not contain what these rules need, so nothing is claimed about them. Collect it with these commands, or all at once with Export-LotseInventory.ps1, and check again:",
    unknownVersion: "Choose the Windows Server version above, then check again.", unknownRest: "Nothing can be collected for these:",
    neededBy: ["needed by {n} rule", "needed by {n} rules"], copy: "Copy", copied: "Copied", copyAll: "Copy all commands",
    warningsTitle: ["{n} remark on reading the files", "{n} remarks on reading the files"],
    saveReport: "Save the report:",

    runbooksTitle: "Runbooks", runbooksLead: "Step by step through the usual trouble. Lotse skips what your last check has already proved.",
    noRunbooks: "There are no runbooks yet.", step: "Step {n}", skipped: ["{n} step skipped", "{n} steps skipped"], back: "Back",
    options: "What do you see?", done: "Done", solved: "Solved", support: "Call support", protocol: "Protocol for your ticket", copyProtocol: "Copy the protocol",
    again: "Start again", leave: "All runbooks", loading: "Loading …", time: "Time", risk: "Risk",

    retry: "Try again", unreachable: "Lotse's server cannot be reached", unreachableHint: "Check that `lotse serve` is running, then try again.",
    timeout: "That took too long", timeoutHint: "The server did not answer within {n} seconds. Try again.",
    serverError: "The server reported an error ({n})",
  },
  de: {
    skip: "Zum Inhalt springen",
    tagline: "Hyper-V und Failovercluster: Antworten, Prüfungen, Runbooks",
    nav: "Bereiche", navAsk: "Fragen", navCheck: "Prüfen", navRunbooks: "Runbooks", language: "Sprache",
    preparing: "Die Suche nach Bedeutung wird vorbereitet: {done} von {total}; Antworten nach Wörtern gibt es schon jetzt.",

    askTitle: "Was möchten Sie wissen?",
    askLead: "Fragen Sie nach Grenzen, Voraussetzungen, Fallstricken und Fehlern von Hyper-V und Windows-Failoverclustern. Jede Antwort nennt ihre Quellen und gilt für Ihre Version, von 2008 bis 2025.",
    examples: ["Wie viele Knoten darf ein Cluster haben?", "Livemigration scheitert mit 0x8009030E", "Kann ein CSV Datenträgerzeuge sein?", "Wie viele virtuelle Prozessoren darf eine VM unter 2019 haben?"],
    questionLabel: "Ihre Frage", questionPlaceholder: "Fragen Sie zu Hyper-V oder Failoverclustern …",
    questionHint: "Eingabe sendet, Umschalt+Eingabe beginnt eine neue Zeile.",
    version: "Windows Server", edition: "Edition", notSaid: "keine Angabe", ask: "Fragen", newConversation: "Neues Gespräch",
    conversation: "Gespräch", youAsked: "Ihre Frage", thinking: "Wird nachgeschlagen …",
    answer: "Antwort", clarify: "Rückfrage", refuse: "Keine Antwort",
    byModel: "von einem Sprachmodell formuliert, gegen die Quellen geprüft",
    matrix: "Nach Version", matrixVersion: "Windows Server", matrixValue: "Wert", asked: "gefragt",
    sources: "Quellen", source: "Quelle {n}", entry: "Alles zu {id}",
    whichVersion: "Welche Windows-Server-Version?", suggestions: "Weiterfragen",
    runbookFor: "Dazu gibt es ein Runbook:", walkThrough: "Schritt für Schritt durchgehen", read: "Lesen",
    wasHelpful: "War das hilfreich?", helpful: "Ja, hilfreich", notHelpful: "Nein, nicht hilfreich",
    commentLabel: "Was sollte besser sein? (freiwillig)", commentLabelGood: "Möchten Sie etwas anmerken? (freiwillig)", send: "Senden", thanks: "Danke für Ihre Rückmeldung.",

    checkTitle: "Konfiguration prüfen",
    checkLead: "Lotse liest, was Ihre Hosts und Cluster über sich sagen, und vergleicht es mit dem, was für ihre Version dokumentiert ist.",
    dropHere: "Dateien oder Ordner hier ablegen", chooseFiles: "Dateien auswählen", chooseFolder: "Ordner auswählen",
    dropFormats: "VM-Konfigurationen (XML), PowerShell-Ausgaben (JSON, CliXml, Text), systeminfo oder ein mit Export-LotseInventory.ps1 erstelltes Inventar",
    collector: "Export-LotseInventory.ps1 herunterladen: auf einem Knoten ausgeführt, sammelt es alles in einer Datei",
    fromFiles: "aus den Dateien", target: "Umstieg auf", noTarget: "nicht geplant", checkAgain: "Erneut prüfen",
    privacy: "Ihre Dateien gehen an diesen Lotse-Server und sonst nirgendwohin.",
    sending: ["{n} Datei wird gesendet ({size}) …", "{n} Dateien werden gesendet ({size}) …"], judging: ["{n} Datei wird gelesen und geprüft …", "{n} Dateien werden gelesen und geprüft …"],
    cancel: "Abbrechen", cancelled: "Abgebrochen.", noFiles: "In Ihrer Auswahl ist keine Konfigurationsdatei.", unreadable: "{path} lässt sich nicht lesen",
    leftOut: ["{n} virtueller Datenträger, Abbild oder gespeicherter Zustand wurde ausgelassen und nicht gesendet.", "{n} virtuelle Datenträger, Abbilder oder gespeicherte Zustände wurden ausgelassen und nicht gesendet."],
    checkedFor: "Geprüft für {version}", checkedWithout: "Ohne Version geprüft", checkedTarget: "mit {version} als Ziel",
    checkedWithoutHint: "Aus den Dateien geht nicht hervor, von welchem Windows Server sie stammen; geprüft wurde daher nur, was für jede Version gilt. Wählen Sie oben die Version und prüfen Sie erneut.",
    foundNothing: "In dem, was sich prüfen ließ, fand sich nichts Falsches.",
    findings: ["{n} Befund", "{n} Befunde"],
    pass: "bestanden", not_applicable: "nicht zutreffend", unknown: "nicht zu beurteilen", error: "Regeln mit Ausführungsfehler",
    readCounts: "Gelesen: {counts}",
    counts: {
      clusters: ["{n} Cluster", "{n} Cluster"], hosts: ["{n} Host", "{n} Hosts"], nodes: ["{n} Knoten", "{n} Knoten"], networks: ["{n} Clusternetzwerk", "{n} Clusternetzwerke"],
      volumes: ["{n} Clustervolume", "{n} Clustervolumes"], vms: ["{n} VM", "{n} VMs"], disks: ["{n} Datenträger", "{n} Datenträger"], adapters: ["{n} Adapter", "{n} Adapter"],
      switches: ["{n} Switch", "{n} Switches"], checkpoints: ["{n} Prüfpunkt", "{n} Prüfpunkte"],
    },
    kinds: { vm: "VM", disk: "Datenträger", dvd: "DVD-Laufwerk", adapter: "Adapter", host: "Host", cluster: "Cluster", node: "Knoten", network: "Netzwerk", volume: "Volume", switch: "Switch", checkpoint: "Prüfpunkt" },
    severities: { error: ["{n} Fehler", "{n} Fehler"], warning: ["{n} Warnung", "{n} Warnungen"], info: ["{n} Hinweis", "{n} Hinweise"] },
    severityNames: { error: "Fehler", warning: "Warnungen", info: "Hinweise" },
    showSeverities: "Anzeigen", expandAll: "Alle öffnen", collapseAll: "Alle schließen",
    objects: ["{n} Objekt", "{n} Objekte"], showAll: "Alle {n} zeigen",
    object: "Objekt", observed: "Vorgefunden", limit: "Dokumentiert", where: "Fundstelle", why: "Warum das wichtig ist", fix: "Was zu tun ist", rule: "Regel {id}",
    unknownTitle: ["{n} Regelergebnis war nicht zu beurteilen", "{n} Regelergebnisse waren nicht zu beurteilen"],
    unknownLead: "Was diese Regeln brauchen, steht nicht in den Dateien; darüber wird daher nichts behauptet. Sammeln Sie es mit diesen Befehlen ein, oder alles auf einmal mit Export-LotseInventory.ps1, und prüfen Sie erneut:",
    unknownVersion: "Wählen Sie oben die Windows-Server-Version und prüfen Sie erneut.", unknownRest: "Für diese lässt sich nichts einsammeln:",
    neededBy: ["gebraucht von {n} Regel", "gebraucht von {n} Regeln"], copy: "Kopieren", copied: "Kopiert", copyAll: "Alle Befehle kopieren",
    warningsTitle: ["{n} Anmerkung zum Lesen der Dateien", "{n} Anmerkungen zum Lesen der Dateien"],
    saveReport: "Bericht speichern:",

    runbooksTitle: "Runbooks", runbooksLead: "Schritt für Schritt durch die üblichen Störungen. Lotse überspringt, was Ihre letzte Prüfung schon belegt.",
    noRunbooks: "Es gibt noch keine Runbooks.", step: "Schritt {n}", skipped: ["{n} Schritt übersprungen", "{n} Schritte übersprungen"], back: "Zurück",
    options: "Was sehen Sie?", done: "Fertig", solved: "Gelöst", support: "Support rufen", protocol: "Protokoll für Ihr Ticket", copyProtocol: "Protokoll kopieren",
    again: "Von vorn beginnen", leave: "Alle Runbooks", loading: "Wird geladen …", time: "Dauer", risk: "Risiko",

    retry: "Erneut versuchen", unreachable: "Der Lotse-Server ist nicht erreichbar", unreachableHint: "Prüfen Sie, ob `lotse serve` läuft, und versuchen Sie es dann erneut.",
    timeout: "Das hat zu lange gedauert", timeoutHint: "Der Server hat {n} Sekunden lang nicht geantwortet. Versuchen Sie es erneut.",
    serverError: "Der Server meldet einen Fehler ({n})",
  },
};

let current = "en";

/** The language in force, `en` or `de`. */
export const language = () => current;

export function setLanguage(lang) {
  current = LANGUAGES.includes(lang) ? lang : "en";
}

/** The text of `key` (`severities.error` for one in a group), with `{gaps}` filled; undefined when there is none. */
export function t(key, values = {}) {
  let text = key.split(".").reduce((group, part) => group?.[part], STRINGS[current]);
  if (Array.isArray(text) && "n" in values) text = text[values.n === 1 ? 0 : 1];
  if (typeof text !== "string") return text;
  return text.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? values[name].toLocaleString(current) : values[name] ?? ""));
}

/** Write the texts of all elements below `root` that name one in `data-t`, `data-t-label` or `data-t-placeholder`. */
export function translate(root = document) {
  for (const e of root.querySelectorAll("[data-t]")) e.textContent = t(e.dataset.t);
  for (const e of root.querySelectorAll("[data-t-label]")) e.setAttribute("aria-label", t(e.dataset.tLabel));
  for (const e of root.querySelectorAll("[data-t-placeholder]")) e.placeholder = t(e.dataset.tPlaceholder);
}

/** `Windows Server 2012 R2` or `2012 R2` → `2012R2`; undefined for anything that is not a version. */
export function versionId(name) {
  const bare = name.replace(/^Windows Server\s+/i, "").replace(/\s/g, "").toUpperCase();
  return VERSIONS.has(bare) ? bare : undefined;
}

/** The full product name of a version id. */
export const versionName = (id) => `Windows Server ${VERSIONS.get(id) ?? id}`;
