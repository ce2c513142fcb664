// Talking to the server: JSON in, JSON out, and one kind of error with a title and a detail in the user's language.

import { language, t } from "./strings.js";

const SECONDS = 90;

/** What went wrong, as a problem document (RFC 9457) says it or in our own words; `final` when trying again cannot help. */
export class Problem extends Error {
  constructor(title, detail = "", final = false) {
    super(title);
    this.detail = detail;
    this.final = final;
  }
}

const headers = () => ({ Accept: "application/json", "Accept-Language": language() });

/** Call the API; `json` makes it a POST. Throws Problem. */
export async function call(path, json = undefined) {
  const options = { headers: headers(), signal: AbortSignal.timeout(SECONDS * 1000) };
  if (json !== undefined) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(json);
  }
  let status, text;
  try {
    const response = await fetch(path, options);
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw error.name === "TimeoutError" ? new Problem(t("timeout"), t("timeoutHint", { n: SECONDS })) : unreachable();
  }
  return understood(status, text);
}

/** Send a form with files; `progress` hears the share that has been sent (0 to 1). Throws Problem, or null when aborted. */
export function upload(path, form, { progress, signal }) {
  return new Promise((resolve, reject) => {
    // fetch cannot tell how much of a request has been sent.
    const request = new XMLHttpRequest();
    request.open("POST", path);
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      try {
        resolve(understood(request.status, request.responseText));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(null);
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function understood(status, text) {
  if (status === 204) return null;
  let data = null;
  try {
    data = JSON.parse(text);
  } catch { /* an error page of a proxy, say */ }
  if (status >= 200 && status < 300 && data !== null) return data;
  const detail = typeof data?.detail === "string" ? data.detail : "";
  const final = status >= 400 && status < 500;
  // A problem of type about:blank has nothing but the name of its status for a title.
  if (detail && (data.type ?? "about:blank") === "about:blank") throw new Problem(detail, "", final);
  throw new Problem(data?.title ?? t("serverError", { n: String(status) }), detail, final);
}

const unreachable = () => new Problem(t("unreachable"), t("unreachableHint"));
