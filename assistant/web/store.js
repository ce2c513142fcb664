// What the tab remembers across reloads: the session, the conversation, the last report, the walk.
// Storage can be switched off or full; then the page works all the same and forgets on reload.

const kept = new Map();

export function recall(key, otherwise = null) {
  if (!kept.has(key)) {
    try {
      kept.set(key, JSON.parse(sessionStorage.getItem(`lotse.${key}`)));
    } catch {
      kept.set(key, null);
    }
  }
  return kept.get(key) ?? otherwise;
}

export function remember(key, value) {
  kept.set(key, value);
  try {
    sessionStorage.setItem(`lotse.${key}`, JSON.stringify(value));
  } catch { /* see above */ }
}

/** The id that ties questions, checks and walks of this tab together. */
export function sessionId() {
  // Not crypto.randomUUID: browsers withhold it from pages served over plain HTTP.
  if (!recall("session")) newSession();
  return recall("session");
}

export function newSession() {
  remember("session", [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
}
