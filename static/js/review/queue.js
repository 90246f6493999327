// What was changed and is not confirmed yet: kept in the browser until the server has said yes to
// that very change, whatever becomes of the page meanwhile.
//
// A *slot* holds what one tab has of one question: {review, question, title, url, at, isQuiet,
// items}. An item is one request: {key, form, revision, version, isTried}. Nobody knows of a request
// that was tried and not answered whether the server did it: it is sent again as it was, by its key
// the server knows it, and what was changed since waits behind it. So there are two items at most.

const { isSignIn, renewToken } = window.plumbline;
const review = document.getElementById("review");
const person = document.querySelector("[data-person]").dataset.person;
const PLACE = [person, review.dataset.organization, review.dataset.workload].join(".");
const ANSWERS = `plumbline.answers.${PLACE}.`;
const CONFLICTS = `plumbline.conflicts.${PLACE}.`;
const PATIENCE = 20_000; // milliseconds until a request counts as lost

/** randomUUID is missing where the page comes without TLS. */
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const tab = newKey();
const slots = new Map(); // this tab's, and those it has inherited
let slotsMade = 0;
const unkept = new Set(); // slots that stand in memory only

const keys = new Set(); // of this page's own requests

const newSlot = () => `${tab}.${(slotsMade += 1)}`;

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null; // storage is forbidden, or holds what is not ours
  }
}

function write(name, value) {
  try {
    if (value) localStorage.setItem(name, JSON.stringify(value));
    else localStorage.removeItem(name);
    return true;
  } catch {
    return false; // storage is full or forbidden
  }
}

/** Where storage fails, what is in memory lasts as long as the page. */
function store(slot, entry) {
  if (entry?.items.length) slots.set(slot, entry);
  else slots.delete(slot);
  if (write(ANSWERS + slot, slots.get(slot)) || !slots.has(slot)) unkept.delete(slot);
  else unkept.add(slot);
}

/** Keep a change: it takes the place of an older one of the slot that was not tried yet. */
function put(slot, about, item) {
  const entry = { ...(slots.get(slot) ?? { items: [] }), ...about, at: Date.now(), isQuiet: false, isStuck: false, isDenied: false };
  const kept = entry.items.filter((each) => each.isTried).slice(0, 1);
  store(slot, { ...entry, items: [...kept, { ...item, key: newKey(), isTried: false }] });
}

/** The request that is to be made now; from here on it may have reached the server. */
function take(slot) {
  const entry = slots.get(slot);
  entry.items[0].isTried = true;
  keys.add(entry.items[0].key);
  store(slot, entry);
  return entry.items[0];
}

/** The server has done the request with that key, and nothing of it need be kept. */
function confirm(slot, key) {
  const entry = slots.get(slot);
  if (entry) store(slot, { ...entry, items: entry.items.filter((item) => item.key !== key) });
}

/** Leaving: the browser sends this behind the closed page, so that it is no news next time. */
function hush(slot) {
  store(slot, { ...slots.get(slot), isQuiet: true });
}

/* What other tabs have left behind, by a crash or by being closed. A tab that lives holds the lock
   of its name, and sends its slots itself. */

navigator.locks?.request(`plumbline.tab.${tab}`, () => new Promise(() => {}));

function inherit(take) {
  const others = new Set(leftSlots().map((slot) => slot.split(".")[0]));
  others.delete(tab);
  for (const other of others) {
    const act = () => takeOver(other, take);
    if (navigator.locks) navigator.locks.request(`plumbline.tab.${other}`, act);
    else act();
  }
}

function leftSlots() {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(ANSWERS))
      .map((name) => name.slice(ANSWERS.length));
  } catch {
    return [];
  }
}

function takeOver(other, take) {
  const taken = [];
  for (const left of leftSlots().filter((slot) => slot.startsWith(`${other}.`))) {
    const entry = read(ANSWERS + left);
    if (entry?.items?.length && entry.url?.startsWith("/")) {
      const slot = newSlot();
      store(slot, { ...entry, isInherited: true });
      taken.push(slot);
      if (unkept.has(slot)) continue; // then it is safer where it was
    }
    write(ANSWERS + left, null);
  }
  if (taken.length) take(taken.sort((a, b) => slots.get(a).at - slots.get(b).at));
}

/* Texts that two people changed stand nowhere but here until somebody has chosen. */

const conflictsOf = (ofReview, question) => read(`${CONFLICTS}${ofReview}.${question}`) ?? [];

function keepConflicts(ofReview, question, conflicts) {
  write(`${CONFLICTS}${ofReview}.${question}`, conflicts.length ? conflicts : null);
}

/* Sending */

function bodyOf(item) {
  const body = new URLSearchParams(item.form);
  for (const name of ["revision", "version", "key"]) body.append(name, item[name] ?? "");
  return body;
}

/**
 * Make a request. Returns {kind, page, message, url}; of the kinds, `saved` and `moved` are done,
 * `refused` (with the page that says why) and `denied` will not be done as they are, and `offline`,
 * `failed` and `session` are to be made again.
 */
async function post(address, item, { isSecond = false } = {}) {
  let response, text;
  try {
    response = await fetch(address, {
      method: "POST",
      body: bodyOf(item),
      credentials: "same-origin",
      headers: {
        "HX-Request": "true",
        "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
      },
      signal: AbortSignal.timeout(PATIENCE),
    });
    text = await response.text();
  } catch {
    return { kind: "offline" };
  }
  if (isSignIn(response.url)) return { kind: "session" };
  if (response.status === 403 && text.includes("data-csrf-failure")) {
    if (isSecond || !(await renewToken())) return { kind: "session" };
    return post(address, item, { isSecond: true });
  }
  return outcome(response, text);
}

function outcome(response, text) {
  const elsewhere = response.headers.get("HX-Redirect");
  if (elsewhere) return { kind: "moved", url: elsewhere };
  const page = new DOMParser().parseFromString(text, "text/html");
  const { status } = response;
  if ((response.ok || status === 409) && page.getElementById("revision")) return { kind: "saved", page };
  if (status === 422 && page.getElementById("answer-problems")) return { kind: "refused", page };
  if (response.ok || status >= 500 || status === 429 || status === 408) return { kind: "failed" };
  return { kind: "denied", message: page.querySelector("[data-error-notice]")?.textContent.trim() };
}

/** Send what the page that is being left has not sent; nobody hears of the answer. */
function sendBehind(address, item) {
  const body = bodyOf(item);
  body.append("csrfmiddlewaretoken", document.querySelector('meta[name="csrf-token"]').content);
  return navigator.sendBeacon(address, body);
}

Object.assign(window.plumbline.review, {
  queue: {
    tab,
    newSlot,
    slots: () => [...slots.keys()],
    get: (slot) => slots.get(slot),
    isDurable: () => unkept.size === 0,
    put,
    store,
    take,
    isOwn: (key) => keys.has(key),
    confirm,
    hush,
    inherit,
    conflictsOf,
    keepConflicts,
    post,
    sendBehind,
  },
});
