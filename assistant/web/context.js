// The version, edition and target the user has chosen. Pickers of one name show the same choice everywhere; those of
// the check have names of their own, since a version chosen for a question must not overrule what files say.

import { recall, remember } from "./store.js";
import { EDITIONS, t, VERSIONS } from "./strings.js";

const CHOICES = { version: VERSIONS, edition: EDITIONS, checkVersion: VERSIONS, checkTarget: VERSIONS };
const pickers = () => document.querySelectorAll("select[data-context]");

export function setUp() {
  for (const picker of pickers()) picker.addEventListener("change", () => setContext(picker.dataset.context, picker.value));
}

/** Fill the pickers in the language in force. */
export function render() {
  for (const picker of pickers()) {
    const { context: name, empty } = picker.dataset;
    picker.replaceChildren(new Option(t(empty), ""), ...[...CHOICES[name]].map(([id, text]) => new Option(text, id)));
    picker.value = recall(name, "");
  }
}

/** The choices that were made, as members of a request (`{version: "2019"}`): for questions and walks, and for checks. */
export const context = () => made({ version: "version", edition: "edition" });
export const checkContext = () => made({ version: "checkVersion", target: "checkTarget" });

function made(members) {
  return Object.fromEntries(Object.entries(members).filter(([, name]) => recall(name)).map(([member, name]) => [member, recall(name)]));
}

export function setContext(name, value) {
  remember(name, value);
  for (const picker of pickers()) if (picker.dataset.context === name) picker.value = value;
}
