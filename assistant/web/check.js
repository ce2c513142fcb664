// Checking configurations: taking files in, showing the report.

import { call, Problem, upload } from "./api.js";
import { checkContext } from "./context.js";
import { $, busy, copyButton, h, link, problem } from "./dom.js";
import { recall, remember, sessionId } from "./store.js";
import { language, t, versionName } from "./strings.js";

const SEVERITIES = ["error", "warning", "info"];
const COUNTED = ["unknown", "pass", "not_applicable", "error"];
const FORMATS = [["html", "HTML", "html"], ["markdown", "Markdown", "md"], ["csv", "CSV", "csv"], ["sarif", "SARIF", "sarif"]]; // format, name, file extension
// A VM's folder holds its disks and saved states too: huge, and nothing to read in them.
const NEVER_READ = /\.(a?vhdx?|vhds|iso|vsv|bin|vmrs|vmgs|rct|mrt)$/i;
const CMDLET = /^[A-Z][a-z]+-\w/; // what to collect may also be something to write down by hand
const ROWS_AT_FIRST = 20;
const COMMANDS_AT_FIRST = 6;

let files = []; // [{file, path}] of the last check, for checking again with another version
let report = null;
let running = null; // AbortController
const shown = new Set(SEVERITIES);

export function setUp() {
  for (const [button, input] of [["choose-files", "files"], ["choose-folder", "folder"]]) {
    $(button).addEventListener("click", () => $(input).click());
    $(input).addEventListener("change", () => {
      check([...$(input).files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      $(input).value = "";
    });
  }
  $("check").addEventListener("submit", (event) => {
    event.preventDefault();
    check(files);
  });
  setUpDrop();
}

/** Files may be dropped anywhere on the page; that opens the check. */
function setUpDrop() {
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0; // enter and leave events come for every element passed
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    document.body.classList.toggle("dropping", depth > 0);
  };
  addEventListener("dragenter", (event) => carriesFiles(event) && mark(1));
  addEventListener("dragleave", (event) => carriesFiles(event) && mark(-1));
  addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    mark(-depth);
    location.hash = "#check";
    try {
      check(await dropped(event.dataTransfer));
    } catch (error) {
      $("check-status").replaceChildren(problem(error));
    }
  });
}

/** All files of a drop, folders included, with their path below what was dropped. */
async function dropped(transfer) {
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.());
  if (!entries.length || !entries.every(Boolean)) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const found = [];
  const take = async (entry) => {
    const path = entry.fullPath.replace(/^\//, "");
    const unreadable = (reject) => () => reject(new Problem(t("unreadable", { path })));
    if (entry.isFile) {
      found.push({ path, file: await new Promise((resolve, reject) => entry.file(resolve, unreadable(reject))) });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      // A reader hands out a folder in portions and ends with an empty one.
      const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, unreadable(reject)));
      if (!portion.length) return;
      for (const child of portion) await take(child);
    }
  };
  for (const entry of entries) await take(entry);
  return found;
}

async function check(chosen) {
  const status = $("check-status");
  running?.abort();
  forget();
  files = chosen.filter(({ path }) => !NEVER_READ.test(path));
  const left = chosen.length - files.length;
  const leftOut = left > 0 ? [h("p", { class: "note" }, t("leftOut", { n: left }))] : [];
  if (!files.length) {
    status.replaceChildren(...leftOut, problem(new Problem(t("noFiles"))));
    return;
  }
  const here = (running = new AbortController());
  const form = new FormData();
  for (const { file, path } of files) form.append("files", file, path);
  const said = { ...checkContext(), lang: language(), session_id: sessionId() };
  for (const [name, value] of Object.entries(said)) form.append(name, value);

  const size = bytes(files.reduce((sum, { file }) => sum + file.size, 0));
  const bar = h("progress", { max: "1", "aria-label": t("sending", { n: files.length, size }) });
  const what = h("div", {}, busy(t("sending", { n: files.length, size })));
  const progress = (share) => {
    if (share < 1) return (bar.value = share);
    bar.removeAttribute("value");
    what.replaceChildren(busy(t("judging", { n: files.length })));
  };
  status.replaceChildren(what, bar, h("button", { type: "button", onclick: () => here.abort() }, t("cancel")));
  try {
    const found = await upload("api/check", form, { progress, signal: here.signal });
    if (running !== here) return;
    status.replaceChildren(...leftOut);
    show(found);
    $("report").querySelector("h2").focus({ preventScroll: true });
    $("report").scrollIntoView({ block: "start" });
  } catch (error) {
    if (running !== here) return;
    status.replaceChildren(error ? problem(error, () => check(files)) : h("p", {}, t("cancelled")));
  }
}

const bytes = (n) => (n < 1e6 ? `${(n / 1e3).toLocaleString(language(), { maximumFractionDigits: n < 1e4 ? 1 : 0 })} KB`
  : `${(n / 1e6).toLocaleString(language(), { maximumFractionDigits: 1 })} MB`);

function show(found) {
  report = found;
  remember("report", found.report_id);
  $("check-again").hidden = !files.length;
  $("report").replaceChildren(...drawn());
}

function forget() {
  report = null;
  remember("report", null);
  $("report").replaceChildren();
}

/** Draw the last report anew, in the language in force, from the server's copy; a report it has forgotten is gone. */
export async function render() {
  const id = recall("report");
  if (!id) return;
  try {
    show(await call(`api/reports/${encodeURIComponent(id)}?lang=${language()}`));
  } catch {
    if (!report) forget();
  }
}

function drawn() {
  const { platform, target, summary = {}, findings = [], unknown = [], warnings = [], inventory = {} } = report;
  const heading = platform?.version ? t("checkedFor", { version: versionName(platform.version) }) : t("checkedWithout");
  const counts = Object.entries(inventory).filter(([, n]) => n > 0).map(([kind, n]) => t(`counts.${kind}`, { n }) ?? `${n} ${kind}`);
  return [
    h("header", {},
      h("h2", { tabindex: "-1" }, heading, target && `, ${t("checkedTarget", { version: versionName(target) })}`),
      platform?.how && h("p", { class: "how" }, platform.how),
      !platform?.version && h("p", { class: "note" }, t("checkedWithoutHint")),
      counts.length > 0 && h("p", { class: "how" }, t("readCounts", { counts: counts.join(", ") })),
      h("ul", { class: "tally" },
        h("li", { class: findings.length ? "bad" : "good" }, t("findings", { n: findings.length })),
        COUNTED.filter((outcome) => summary[outcome] > 0).map((outcome) => h("li", { class: outcome }, `${summary[outcome].toLocaleString(language())} ${t(outcome)}`)))),
    findings.length ? found(findings) : h("p", { class: "note good" }, t("foundNothing")),
    unknown.length > 0 && unjudged(unknown),
    warnings.length > 0 && h("details", { class: "panel" }, h("summary", {}, t("warningsTitle", { n: warnings.length })), h("ul", {}, warnings.map((w) => h("li", {}, w)))),
    h("p", { class: "save" }, t("saveReport"), " ", FORMATS.map(([format, name, extension], i) => [i > 0 && " · ",
      h("a", { href: `api/reports/${encodeURIComponent(report.report_id)}?format=${format}&lang=${language()}`, download: `lotse-${report.report_id}.${extension}` }, name)])),
  ].filter(Boolean);
}

/** The findings by severity, then by rule: one card says once why and what to do, and lists the objects. */
function found(findings) {
  const box = h("div", { class: "findings" });
  const worst = SEVERITIES.find((severity) => findings.some((f) => f.severity === severity));
  const sections = SEVERITIES.map((severity) => {
    const own = findings.filter((f) => f.severity === severity);
    return own.length && { severity, n: own.length, element: h("section", { class: severity, hidden: !shown.has(severity) },
      h("h3", {}, t(`severities.${severity}`, { n: own.length })), cards(own).map((group, i) => card(group, severity === worst && i < 3))) };
  }).filter(Boolean);
  const filter = h("fieldset", { class: "filter" }, h("legend", {}, t("showSeverities")),
    sections.map(({ severity, n, element }) => {
      const tick = h("input", { type: "checkbox", checked: shown.has(severity), onchange: () => {
        shown[tick.checked ? "add" : "delete"](severity);
        element.hidden = !tick.checked;
      } });
      return h("label", { class: severity }, tick, ` ${t(`severityNames.${severity}`)} (${n.toLocaleString(language())})`);
    }));
  const open = (wanted) => box.querySelectorAll("details.finding").forEach((details) => (details.open = wanted));
  box.append(
    h("div", { class: "row" }, filter, h("span", { class: "spacer" }),
      h("button", { type: "button", class: "quiet", onclick: () => open(true) }, t("expandAll")),
      h("button", { type: "button", class: "quiet", onclick: () => open(false) }, t("collapseAll"))),
    ...sections.map(({ element }) => element));
  return box;
}

/** Findings of one rule that say the same, together. */
function cards(findings) {
  const groups = new Map();
  for (const finding of findings) {
    const key = JSON.stringify([finding.rule, finding.title, finding.why, finding.fix, finding.runbook]);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(finding);
  }
  return [...groups.values()];
}

function card(group, open) {
  const [first] = group;
  const [body, all] = shortened(h("tbody"), group.map(row), ROWS_AT_FIRST);
  return h("details", { class: "finding", open },
    h("summary", {}, h("span", { class: "title" }, first.title), " ",
      h("span", { class: "which" }, group.length === 1 ? name(first.object) : t("objects", { n: group.length }))),
    h("div", { class: "scroll" }, h("table", { class: "objects" },
      h("thead", {}, h("tr", {}, ["object", "observed", "limit", "where"].map((column) => h("th", { scope: "col" }, t(column))))), body)),
    all,
    first.why && [h("h4", {}, t("why")), h("p", {}, first.why)],
    first.fix?.length > 0 && [h("h4", {}, t("fix")), h("ul", {}, first.fix.map((advice) => h("li", {}, code(advice))))],
    first.runbook && h("p", { class: "offer" }, t("runbookFor"), " ", h("a", { class: "button", href: `#walk/${first.runbook}` }, t("walkThrough"))),
    h("p", { class: "fine" },
      h("a", { href: `rules/${first.rule}?lang=${language()}` }, t("rule", { id: first.rule })),
      first.entry && [" · ", h("a", { href: `kb/${first.entry}?lang=${language()}` }, t("entry", { id: first.entry }))]),
    first.citations?.length > 0 && h("div", { class: "sources" }, h("h4", {}, t("sources")), h("ul", {}, first.citations.map((c) => h("li", {}, c.url ? link(c.url, c.title) : c.title)))));
}

/** Put the first of many items into a box → the box and a button that adds the others (false when there are none). */
function shortened(box, items, most) {
  box.append(...items.slice(0, most));
  const all = items.length > most && h("button", { type: "button", class: "quiet", onclick: () => {
    box.append(...items.slice(most));
    all.remove();
  } }, t("showAll", { n: items.length }));
  return [box, all];
}

function row(finding) {
  const cell = (key, ...content) => h("td", { "data-label": t(key) }, ...content);
  return h("tr", {},
    h("th", { scope: "row" }, name(finding.object)),
    cell("observed", finding.observed ?? "–"),
    cell("limit", finding.limit ?? "–"),
    cell("where", finding.location ? [h("span", { class: "file" }, finding.location.file), " ", finding.location.path && h("code", {}, finding.location.path)] : "–"));
}

function name(object) {
  if (typeof object !== "object" || !object) return object ?? "–";
  return `${t(`kinds.${object.kind}`) ?? object.kind} ${object.name}`;
}

/** Text with `commands` in backticks, as elements. */
const code = (text) => text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? h("code", {}, part) : part));

/** What could not be judged, by what to collect: the command that lets most rules judge comes first. */
function unjudged(results) {
  const commands = new Map();
  const rest = new Map();
  const version = new Set();
  for (const result of results) {
    const missing = result.missing ?? [];
    if (missing.includes("version")) version.add(result.rule);
    // The page asks for a version with its picker, not with a command.
    const collect = missing.includes("version") && missing.length === 1 ? [] : [result.collect ?? []].flat();
    for (const command of collect) {
      if (!commands.has(command)) commands.set(command, new Set());
      commands.get(command).add(result.rule);
    }
    if (!collect.length && !missing.includes("version")) {
      const key = `${result.rule} ${result.reason ?? missing.join(", ")}`;
      if (!rest.has(key)) rest.set(key, { ...result, objects: [] });
      rest.get(key).objects.push(result.object);
    }
  }
  const ordered = [...commands].sort(([, a], [, b]) => b.size - a.size);
  const runnable = ordered.map(([command]) => command).filter((command) => CMDLET.test(command));
  const items = ordered.map(([command, rules]) => h("li", {},
    CMDLET.test(command) ? h("div", { class: "code" }, h("pre", { tabindex: "0" }, h("code", {}, command)), copyButton(() => command)) : h("p", {}, code(command)),
    h("span", { class: "which", title: [...rules].join(", ") }, t("neededBy", { n: rules.size }))));
  return h("details", { class: "panel unjudged", open: true },
    h("summary", {}, t("unknownTitle", { n: results.length })),
    version.size > 0 && h("p", {}, h("button", { type: "button", onclick: () => $("check").querySelector("select").focus() }, t("unknownVersion")), " ",
      h("span", { class: "which" }, t("neededBy", { n: version.size }))),
    ordered.length > 0 && [
      h("p", {}, t("unknownLead")),
      shortened(h("ul", { class: "commands" }), items, COMMANDS_AT_FIRST),
      runnable.length > 1 && h("p", {}, copyButton(() => runnable.join("\n"), t("copyAll"))),
    ],
    rest.size > 0 && [
      h("p", {}, t("unknownRest")),
      h("ul", {}, [...rest.values()].map((r) => h("li", {}, h("a", { href: `rules/${r.rule}?lang=${language()}` }, r.rule), ` (${r.objects.map(name).join(", ")})`,
        (r.reason || r.missing?.length) && `: ${r.reason ?? r.missing.join(", ")}`))),
    ]);
}
