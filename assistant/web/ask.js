// The conversation: questions, answers with their sources and matrix, questions back, feedback.

import { call } from "./api.js";
import { context, setContext } from "./context.js";
import { $, busy, h, link, problem, prose } from "./dom.js";
import { newSession, recall, remember, sessionId } from "./store.js";
import { language, t, VERSIONS, versionId, versionName } from "./strings.js";

const KEPT_TURNS = 40;

// A turn is {id, question, base, answer?, error?, vote?}; `base` is the question without the version a button added.
let turns = recall("turns", []);

export function setUp() {
  const box = $("question");
  if (matchMedia("(pointer: fine)").matches) box.focus(); // a screen keyboard should wait until it is wanted
  $("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!box.value.trim() || waiting()) return;
    ask(box.value.trim());
    box.value = "";
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    $("ask").requestSubmit();
  });
  $("new-conversation").addEventListener("click", () => {
    turns = [];
    remember("turns", turns);
    newSession();
    render();
    box.focus();
  });
}

/** Draw everything anew, in the language in force. */
export function render() {
  $("examples").replaceChildren(...t("examples").map((text) => h("li", {}, h("button", { type: "button", onclick: () => ask(text) }, text))));
  $("conversation").replaceChildren(...turns.map(drawn));
  settle();
}

const waiting = () => turns.some((turn) => !turn.answer && !turn.error);

const keep = () => remember("turns", turns.filter((turn) => turn.answer).slice(-KEPT_TURNS));

function settle() {
  const begun = turns.length > 0;
  $("welcome").classList.toggle("begun", begun);
  $("new-conversation").hidden = !begun;
  $("ask").querySelector("[type=submit]").disabled = waiting();
}

/** Ask a question and show its answer at the end of the conversation. */
export async function ask(question, base = question) {
  if (waiting()) return;
  const turn = { id: `turn${Date.now()}`, question, base };
  turns.push(turn);
  $("conversation").append(drawn(turn));
  settle();
  $(turn.id).scrollIntoView({ block: "start" });
  await look(turn);
}

async function look(turn) {
  try {
    // No `lang`: the answer comes in the language of the question; the page's is only what an error code falls back to.
    turn.answer = await call("api/ask", { question: turn.question, session_id: sessionId(), ...context() });
    keep();
  } catch (error) {
    turn.error = error;
  }
  $(turn.id)?.replaceWith(drawn(turn));
  settle();
  $(turn.id)?.scrollIntoView({ block: "start" });
}

function retry(turn) {
  if (waiting()) return;
  delete turn.error;
  $(turn.id).replaceWith(drawn(turn));
  settle();
  look(turn);
}

function drawn(turn) {
  const { answer, error } = turn;
  return h("li", { id: turn.id, class: "turn" },
    h("div", { class: "question" }, h("span", { class: "hidden" }, `${t("youAsked")}: `), turn.question),
    h("div", { class: "answer" }, error ? problem(error, () => retry(turn)) : answer ? answered(turn) : busy(t("thinking"))));
}

function answered(turn) {
  const a = turn.answer;
  const text = prose(a.html, a.text, a.lang);
  markCitations(text, a.citations ?? [], turn.id);
  return [
    h("p", { class: "meta" },
      h("span", { class: `badge is-${a.outcome}` }, t(a.outcome)),
      a.versions?.length > 0 && h("span", {}, a.versions.map(versionName).join(", ")),
      a.engine === "llm" && h("span", {}, t("byModel"))),
    text,
    a.matrix?.length > 0 && matrix(a),
    runbook(a),
    sources(a, turn.id),
    suggestions(turn),
    a.answer_id && feedback(turn),
  ];
}

/** Turn the marks [1] of the text into links to the list of sources. */
function markCitations(root, citations, id) {
  const known = new Map(citations.map((citation) => [String(citation.n), citation]));
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("a, code, pre, button")) texts.push(walker.currentNode);
  for (const node of texts) {
    const parts = node.data.split(/\[(\d+)\]/);
    if (parts.length === 1) continue;
    node.replaceWith(...parts.map((part, i) => {
      if (i % 2 === 0) return part;
      if (!known.has(part)) return `[${part}]`;
      return h("a", { class: "cite", href: `#${id}-${part}`, "aria-label": `${t("source", { n: part })}: ${known.get(part).title}` }, `[${part}]`);
    }));
  }
}

/** The value for every version; neighbours with the same value share a row, the versions asked about are marked. */
function matrix({ matrix, versions, outcome, lang }) {
  const rows = [];
  for (const cell of matrix) {
    const last = rows.at(-1);
    if (last && last.value === cell.value && last.status === cell.status) last.versions.push(cell.version);
    else rows.push({ ...cell, versions: [cell.version] });
  }
  const asked = new Set(versions);
  const name = (id) => (asked.has(id) ? h("mark", {}, VERSIONS.get(id) ?? id, h("span", { class: "hidden" }, ` (${t("asked")})`)) : VERSIONS.get(id) ?? id);
  // Without a version the text itself lists the values.
  return h("details", { class: "matrix", open: asked.size > 0 || outcome !== "answer" },
    h("summary", {}, t("matrix")),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("matrixVersion")), h("th", { scope: "col" }, t("matrixValue")))),
      h("tbody", { lang }, rows.map((row) =>
        h("tr", { class: [row.versions.some((id) => asked.has(id)) && "asked", row.status === "known" || !row.status ? "" : "faint"].filter(Boolean).join(" ") },
          h("th", { scope: "row" }, row.versions.flatMap((id, i) => [i > 0 && " · ", name(id)])),
          h("td", {}, String(row.value))))))));
}

function runbook({ runbook }) {
  return runbook && h("p", { class: "offer" }, t("runbookFor"), " ",
    h("a", { class: "button", href: `#walk/${runbook}` }, t("walkThrough")), " ",
    h("a", { href: `runbooks/${runbook}?lang=${language()}` }, t("read")));
}

function sources({ citations, lang }, id) {
  if (!citations?.length) return null;
  const entries = [...new Set(citations.map((c) => c.entry).filter(Boolean))];
  return h("div", { class: "sources" },
    h("h2", {}, t("sources")),
    h("ol", { lang }, citations.map((c) => h("li", { id: `${id}-${c.n}`, value: String(c.n) },
      c.url ? link(c.url, c.title) : c.title, c.url && h("span", { class: "address" }, c.url), !c.url && c.document && h("span", { class: "address" }, c.document)))),
    entries.length > 0 && h("p", {}, entries.map((entry) => h("a", { class: "more", href: `kb/${entry}?lang=${language()}` }, t("entry", { id: entry })))));
}

/** Buttons for what could be asked next. Versions ask the same question for that version, whatever came in between. */
function suggestions(turn) {
  const offered = turn.answer.suggestions ?? [];
  if (!offered.length) return null;
  const ids = offered.map(versionId);
  const forVersions = ids.every(Boolean);
  const heading = `${turn.id}-next`;
  return h("div", { class: "suggestions", role: "group", "aria-labelledby": heading },
    h("span", { id: heading }, t(forVersions ? "whichVersion" : "suggestions")),
    offered.map((text, i) => h("button", { type: "button", onclick: () => (forVersions ? askFor(turn, ids[i]) : ask(text)) }, forVersions ? VERSIONS.get(ids[i]) : text)));
}

function askFor(turn, version) {
  // Whoever says once which version they run need not say it again; a look at another version changes nothing.
  if (turn.answer.outcome !== "refuse" && !context().version) setContext("version", version);
  ask(`${turn.base} (${versionName(version)})`, turn.base);
}

function feedback(turn) {
  const box = h("div", { class: "feedback" });
  const send = async (vote, comment) => {
    try {
      await call("api/feedback", { answer_id: turn.answer.answer_id, helpful: vote, ...(comment && { comment }) });
      turn.vote = { helpful: vote, closed: Boolean(comment) };
      keep();
      draw();
      box.querySelector(turn.vote.closed ? "p" : "textarea")?.focus();
    } catch (error) {
      box.append(problem(error));
    }
  };
  const thumb = (vote, label) => h("button", {
    type: "button", class: `thumb ${vote ? "up" : "down"}`, "aria-label": label, title: label, "aria-pressed": String(turn.vote?.helpful === vote), onclick: () => send(vote),
  });
  const comment = () => {
    const id = `${turn.id}-comment`;
    const area = h("textarea", { id, rows: "2", maxlength: "2000" });
    const submit = (event) => {
      event.preventDefault();
      if (area.value.trim()) send(turn.vote.helpful, area.value.trim());
    };
    return h("form", { onsubmit: submit }, h("label", { for: id }, t(turn.vote.helpful ? "commentLabelGood" : "commentLabel")), area,
      h("button", { type: "submit" }, t("send")));
  };
  const draw = () => box.replaceChildren(...(turn.vote?.closed
    ? [h("p", { tabindex: "-1", role: "status" }, t("thanks"))]
    : [h("div", { class: "thumbs", role: "group", "aria-label": t("wasHelpful") }, h("span", {}, t("wasHelpful")), thumb(true, t("helpful")), thumb(false, t("notHelpful"))),
       ...(turn.vote ? [comment()] : [])]));
  draw();
  return box;
}
