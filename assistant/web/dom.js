// Building elements. Text always goes in as text nodes; the only HTML that is taken as such is what the server
// rendered from curated Markdown (`prose`).

import { t } from "./strings.js";

/** An element: `on…` properties are listeners, others attributes; null, undefined and false are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const $ = (id) => document.getElementById(id);

/** A link, opening elsewhere when it leaves this server; plain text when the address is not one for the web. */
export function link(href, ...children) {
  const url = URL.canParse(href, document.baseURI) ? new URL(href, document.baseURI) : null;
  if (!/^https?:$/.test(url?.protocol ?? "")) return h("span", {}, ...children);
  const leaves = url.origin !== location.origin;
  return h("a", { href, target: leaves && "_blank", rel: leaves && "noopener noreferrer" }, ...children);
}

/** A button that copies what `text()` returns and says so. */
export function copyButton(text, label = t("copy")) {
  const button = h("button", { type: "button", class: "copy" }, label);
  button.addEventListener("click", async () => {
    await copy(text());
    button.textContent = t("copied");
    setTimeout(() => (button.textContent = label), 1500);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard for pages served over plain HTTP: the old way.
    const area = h("textarea", { class: "hidden" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

/** Curated text: the server's HTML, or its Markdown as it stands when there is none. Code can be copied, links leave safely. */
export function prose(html, text, lang) {
  const box = h("div", { class: "prose", lang });
  if (!html) {
    box.append(h("p", { class: "as-is" }, text ?? ""));
    return box;
  }
  box.innerHTML = html;
  for (const a of box.querySelectorAll("a[href]")) a.replaceWith(link(a.getAttribute("href"), ...a.childNodes));
  for (const table of box.querySelectorAll("table")) {
    const scroll = h("div", { class: "scroll", tabindex: "0" });
    table.replaceWith(scroll);
    scroll.append(table);
  }
  for (const pre of box.querySelectorAll("pre")) {
    const code = h("div", { class: "code" });
    pre.replaceWith(code);
    pre.tabIndex = 0;
    code.append(pre, copyButton(() => pre.textContent.trimEnd()));
  }
  return box;
}

/** An error, where it happened; `retry` puts a button there if that may help. */
export function problem(error, retry = null) {
  return h("div", { class: "problem", role: "alert" },
    h("p", {}, error.detail ? h("strong", {}, error.message) : error.message),
    error.detail && h("p", {}, error.detail),
    retry && !error.final && h("p", {}, h("button", { type: "button", onclick: retry }, t("retry"))));
}

/** Something is under way. */
export const busy = (text) => h("p", { class: "busy" }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), text);
