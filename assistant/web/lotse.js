// The page: language, views, the state of the index. The views themselves are in ask.js, check.js and walk.js.

import * as ask from "./ask.js";
import { call } from "./api.js";
import * as check from "./check.js";
import * as context from "./context.js";
import { $ } from "./dom.js";
import { recall, remember } from "./store.js";
import { language, LANGUAGES, setLanguage, t, translate } from "./strings.js";
import * as walk from "./walk.js";

const VIEWS = ["ask", "check", "runbooks"];
const POLL_SECONDS = 2;
const IDLE_SECONDS = 30;

function speak(lang) {
  setLanguage(lang);
  document.documentElement.lang = language();
  for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language()));
  translate();
  context.render();
  ask.render();
  check.render();
  walk.render();
}

function show(view) {
  for (const name of VIEWS) $(`view-${name}`).hidden = name !== view;
  for (const a of document.querySelectorAll("nav a")) {
    if (a.hash === `#${view}`) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
}

/** The address names the view (#check), a question (#ask/…) or a runbook to walk through (#walk/set-up-csv); other hashes are places in the page. */
function route() {
  const [view, argument] = location.hash.slice(1).split("/");
  if (view === "walk" && argument) {
    history.replaceState(null, "", "#runbooks"); // so that a reload goes on instead of starting again
    show("runbooks");
    walk.start(decodeURIComponent(argument));
  } else if (view === "ask" && argument) {
    history.replaceState(null, "", "#ask");
    show("ask");
    ask.ask(decodeURIComponent(argument));
  } else if (VIEWS.includes(view) || !view) {
    show(view || "ask");
  }
}

/** Tell how far the index is while answers cannot use meaning yet. */
async function watchIndex() {
  let next = IDLE_SECONDS;
  try {
    const { index } = await call("healthz");
    const preparing = Boolean(index) && !index.hybrid && index.total > 0 && index.done < index.total;
    $("preparing").hidden = !preparing;
    if (index?.hybrid) return;
    if (preparing) {
      next = POLL_SECONDS;
      Object.assign($("preparing").querySelector("progress"), { max: index.total, value: index.done });
      $("preparing-text").textContent = t("preparing", { done: index.done, total: index.total });
    }
  } catch { /* a server that is gone shows when it is asked something */ }
  setTimeout(watchIndex, next * 1000);
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    remember("language", button.dataset.language);
    speak(button.dataset.language);
  });
}
const preferred = navigator.languages.map((lang) => lang.slice(0, 2)).find((lang) => LANGUAGES.includes(lang));
context.setUp();
check.setUp();
ask.setUp();
speak(recall("language") ?? preferred);
addEventListener("hashchange", route);
route();
watchIndex();
