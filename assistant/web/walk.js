// Runbooks: the list, and the walk through one of them, step by step.

import { call } from "./api.js";
import { context } from "./context.js";
import { $, busy, copyButton, h, problem, prose } from "./dom.js";
import { recall, remember, sessionId } from "./store.js";
import { language, t, VERSIONS } from "./strings.js";

let view = null; // the step shown
let runbooks = null;
let told = 0; // how many skipped steps the user has seen
let latest = 0; // number of the last request; answers to earlier ones are stale

// What is remembered of a walk: {id, runbook, steps}; `steps` are the choices made, for the number of the step.
const current = () => recall("walk");

/** The list, or the walk under way. Draws anew in the language in force. */
export async function render() {
  runbooks = null;
  if (current()) await go(() => call(`api/walks/${encodeURIComponent(current().id)}?lang=${language()}`), 0, { quiet: true });
  else await list();
}

async function load() {
  if (runbooks) return;
  const answer = await call(`api/runbooks?lang=${language()}`);
  runbooks = answer.runbooks ?? answer;
}

async function list() {
  const box = $("runbooks");
  $("walk").hidden = !view;
  $("walk-choice").hidden = Boolean(view);
  box.hidden = Boolean(view);
  if (view) return;
  if (!runbooks) box.replaceChildren(h("li", {}, busy(t("loading"))));
  try {
    await load();
    box.replaceChildren(...(runbooks.length ? runbooks.map(card) : [h("li", {}, t("noRunbooks"))]));
  } catch (error) {
    box.replaceChildren(h("li", {}, problem(error, list)));
  }
}

/** A text or list that may come in both languages. */
const own = (text) => text?.[language()] ?? text;

function card(runbook) {
  const facts = [["time", own(runbook.time)], ["risk", own(runbook.risk)]].filter(([, value]) => value);
  return h("li", { class: "card" },
    h("h2", {}, own(runbook.title)),
    own(runbook.symptoms)?.length > 0 && h("ul", {}, own(runbook.symptoms).slice(0, 3).map((symptom) => h("li", {}, symptom))),
    facts.length > 0 && h("p", { class: "how" }, facts.map(([name, value]) => `${t(name)}: ${value}`).join(" · ")),
    h("p", {}, h("button", { type: "button", class: "primary", onclick: () => start(runbook.id) }, t("walkThrough")), " ",
      h("a", { href: `runbooks/${runbook.id}?lang=${language()}` }, t("read"))));
}

/** Begin a walk; the last check's report lets it skip what is proved. */
export async function start(runbook) {
  const report = recall("report");
  const { version } = context();
  const request = { runbook, session_id: sessionId(), lang: language(), ...(version && { version }), ...(report && { report_id: report }) };
  remember("walk", null);
  view = null;
  told = 0;
  await go(() => call("api/walks", request), 0, { runbook });
}

/** Fetch a step and show it. `change` is how the number of choices made changes. */
async function go(request, change, { runbook = current()?.runbook, quiet = false } = {}) {
  const status = $("walk-status");
  const mine = ++latest;
  $("walk").querySelectorAll("button").forEach((button) => (button.disabled = true));
  status.replaceChildren(busy(t("loading")));
  try {
    const answer = await request();
    if (mine !== latest) return;
    view = answer;
    remember("walk", { id: view.walk_id ?? current()?.id, runbook, steps: Math.max(0, (current()?.steps ?? 0) + change) });
    status.replaceChildren();
  } catch (error) {
    if (mine !== latest) return;
    $("walk").querySelectorAll("button").forEach((button) => (button.disabled = false));
    status.replaceChildren();
    if (!quiet) status.replaceChildren(problem(error, () => go(request, change, { runbook })));
    else if (!view) remember("walk", null); // a walk of an earlier visit that the server has forgotten
    return list();
  }
  await load().catch(() => {}); // only the title would come from there
  draw();
  await list();
  if (!quiet) {
    $("walk").querySelector("h2").focus({ preventScroll: true });
    $("view-runbooks").scrollIntoView({ block: "start" });
  }
}

const walkPath = () => `api/walks/${encodeURIComponent(current().id)}`;
const choose = (choice) => go(() => call(walkPath(), { choice }), 1);
const back = () => go(() => call(`${walkPath()}/back`, {}), -1);

function leave() {
  view = null;
  remember("walk", null);
  list();
  $("runbooks-title").focus();
}

function draw() {
  const { step = {}, options = [], skipped = [], done, outcome, protocol } = view;
  const { steps, runbook } = current();
  const title = own(runbooks?.find(({ id }) => id === runbook)?.title) ?? runbook;
  const number = h("p", { class: "how" }, title, " · ", done ? t("done") : t("step", { n: steps + 1 }), outcome && [" · ", h("span", { class: `badge is-${outcome}` }, t(outcome) ?? outcome)]);
  $("walk").replaceChildren(
    number,
    ...(skipped.length ? [h("details", { class: "panel skipped", open: skipped.length > told }, h("summary", {}, t("skipped", { n: skipped.length })),
      h("ul", {}, skipped.map((s) => h("li", {}, h("strong", {}, s.title ?? s.step), s.reason && `: ${s.reason}`))))] : []),
    h("h2", { tabindex: "-1", lang: view.lang }, step.title ?? t("done")),
    prose(step.html, step.text, view.lang),
    ...(options.length ? [h("div", { class: "options", role: "group", "aria-labelledby": "options-title" }, h("h3", { id: "options-title" }, t("options")),
      options.map((option) => h("button", { type: "button", lang: view.lang, onclick: () => choose(option.id) }, option.text)))] : []),
    ...(done && protocol ? [h("h3", {}, t("protocol")), h("pre", { class: "protocol", tabindex: "0" }, protocol), h("p", {}, copyButton(() => protocol, t("copyProtocol")))] : []),
    h("p", { class: "buttons" },
      (steps > 0 || skipped.length > 0) && h("button", { type: "button", onclick: back }, `← ${t("back")}`),
      done && h("button", { type: "button", onclick: () => start(runbook) }, t("again")),
      h("button", { type: "button", class: "quiet", onclick: leave }, t("leave"))));
  told = skipped.length;
}
