// Saving in the studio: each form saves itself, operations wait their turn, nothing typed is lost.
// The page works without this: every form has an action, every way to another part is a link.

const studio = () => document.getElementById("studio");
const saveState = () => document.getElementById("save-state");
const RETRY_AFTER = [1000, 2000, 5000, 10000, 30000];
const TYPING_PAUSE = 700;

/* What is not saved yet, by form. `changes` counts edits, `sent` those a request took along. */
const work = new Map();
let failures = 0;
let refused = new Set();
let waiting = [];
let isStale = false; // the form on the page is older than the draft: load it when all is saved

// Not form.id: a form may have a field of that name.
const idOf = (form) => form.getAttribute("id");

function entry(form) {
  if (!work.has(idOf(form))) work.set(idOf(form), { changes: 0, sent: 0, saved: 0, timer: 0 });
  return work.get(idOf(form));
}

const isTypedSince = () => [...work.values()].some((one) => one.sent < one.changes);
const isDirty = () =>
  isOperating || operations.length > 0 || [...work.values()].some((one) => one.saved < one.changes);
const clash = () => document.querySelector("[data-clash]");

function changed(form, delay) {
  const one = entry(form);
  one.changes += 1;
  refused.delete(idOf(form));
  clearTimeout(one.timer);
  one.timer = setTimeout(() => send(idOf(form)), delay);
}

function send(id) {
  const one = work.get(id);
  const form = document.getElementById(id);
  if (!one || !form) return work.delete(id);
  clearTimeout(one.timer);
  if (one.sent < one.changes) htmx.trigger(form, "save");
}

function sendAll() {
  for (const id of [...work.keys()]) send(id);
}

/** Calls `next` when everything is saved; at once when it is already. */
function whenSaved(next) {
  if (refused.size && isDirty()) {
    // Once: who goes on after that means it.
    const form = document.getElementById([...refused][0]);
    refused.clear();
    const wrong = form?.querySelector("[aria-invalid=true]") ?? form;
    wrong?.closest("details")?.setAttribute("open", "");
    wrong?.focus?.();
    work.clear();
    return;
  }
  if (!isDirty()) return next();
  waiting.push(next);
  sendAll();
}

function showState(word, { failed = false } = {}) {
  const state = saveState();
  state.textContent = state.dataset[word] ?? "";
  state.classList.toggle("save-state-failed", failed);
}

/* Forms that save themselves */

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-autosave]");
  if (!form || form.dataset.autosave === "change" || event.target.matches("[type=radio]")) return;
  changed(form, TYPING_PAUSE);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-autosave]");
  if (!form) return;
  const isOwn = event.target.matches("[type=radio]") || form.dataset.autosave === "change";
  if (isOwn) changed(form, 0);
  else send(idOf(form));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-autosave]")) {
    event.preventDefault(); // Enter in a field saves like everything else
    if ("keepJson" in (event.submitter?.dataset ?? {})) {
      form.append(hidden("keep", "1"));
      changed(form, 0);
    } else send(idOf(form));
  } else if (form.matches("#operation")) {
    event.preventDefault();
    if (event.submitter?.getAttribute("aria-disabled") !== "true") operate(event.submitter.value);
  } else if (form.matches("[data-add]")) {
    event.preventDefault();
    sendAll();
    htmx.trigger(form, "add");
  } else return;
  form.removeAttribute("aria-busy");
});

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

/* Operations: move, delete, add a rule. One after the other, behind the texts that are on their way. */

const operations = [];
let isOperating = false;

/** Sends `move question:… up` and its like. */
function operate(text) {
  operations.push(text);
  sendAll();
  nextOperation();
}

function nextOperation() {
  const form = document.getElementById("operation");
  if (isOperating || !operations.length || !form) return;
  isOperating = true;
  // Not form.elements.do: the buttons of the page are of that name too.
  document.getElementById("operation-do").value = operations.shift();
  htmx.trigger(form, "operate");
}

/* Answers */

const isSaving = (element) => element.matches?.("form") && studio()?.contains(element) && element.id !== "trial-form";

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (!isSaving(form)) return;
  if (form.matches("[data-autosave]")) {
    const one = entry(form);
    one.sent = one.changes;
  }
  showState("saving");
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (idOf(form) === "operation") {
    isOperating = false;
    nextOperation();
    settle();
  }
  // Saved, and the answer is the way to another part: nothing of it is swapped in.
  if (event.detail.xhr.getResponseHeader("HX-Location")) showState("saved");
  if (!form.matches?.("[data-autosave]")) return;
  const one = entry(form);
  const status = event.detail.xhr.status;
  if (event.detail.successful || (status === 409 && clash())) {
    one.saved = Math.max(one.saved, one.sent);
    failures = 0;
    for (const kept of form.querySelectorAll("input[name=keep]")) kept.remove();
  } else if (status === 422 || status === 409) {
    refused.add(idOf(form));
    waiting = [];
  }
  settle();
});

function settle() {
  if (isDirty()) return;
  const ready = waiting;
  waiting = [];
  ready.forEach(whenSaved);
  if (isStale && !ready.length) {
    isStale = false;
    go(location.href, { isRefresh: true });
  }
}

// The frame names the failure; here it stays in view and the save is tried again.
document.addEventListener("request-failed", (event) => {
  const form = event.target;
  if (!isSaving(form)) return;
  waiting = [];
  if (!form.matches("[data-autosave]")) return showState("refused", { failed: true });
  event.preventDefault();
  showState(event.detail.kind === "session" ? "signedOut" : "failed", { failed: true });
  const one = entry(form);
  one.sent = one.saved;
  clearTimeout(one.timer);
  one.timer = setTimeout(() => send(idOf(form)), RETRY_AFTER[Math.min(failures, RETRY_AFTER.length - 1)]);
  failures += 1;
});

addEventListener("online", sendAll);
document.addEventListener("session-restored", sendAll);

addEventListener("beforeunload", (event) => {
  if ((failures && isDirty()) || refused.size || clash()) event.preventDefault();
});
addEventListener("pagehide", () => {
  for (const [id, one] of work) {
    const form = document.getElementById(id);
    if (form && one.sent < one.changes) navigator.sendBeacon(form.action, new FormData(form));
  }
});

/* What was typed since is newer than any answer: the form stays until that is saved too. */

function keepsTyped(event) {
  const target = event.detail.target;
  if (target?.id !== "studio-form" && target?.id !== "studio") return;
  if (isTypedSince()) {
    event.detail.shouldSwap = false;
    isStale = true;
    sendAll();
  } else work.clear();
}
document.addEventListener("htmx:oobBeforeSwap", keepsTyped);
document.addEventListener("htmx:beforeSwap", keepsTyped);

/* Going to another part ------------------------------------------------------------------------- */

let journey = Promise.resolve(); // one after the other: the last one asked for is where it ends

function go(href, options = {}) {
  whenSaved(() => (journey = journey.then(() => travel(href, options)).catch(() => {})));
}

async function travel(href, { isRefresh = false }) {
  const tree = document.getElementById("tree-pane").scrollTop;
  await htmx.ajax("GET", href, { target: "#studio", select: "#studio", swap: "outerHTML" });
  if (location.href !== href) history.pushState({ studio: true }, "", href);
  document.getElementById("tree-pane").scrollTop = tree;
  if (!isRefresh) arrive(new URL(href).hash);
}

function arrive(hash) {
  document.dispatchEvent(new CustomEvent("studio-arrived", { detail: hash }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.studio-node, a.studio-add, a[data-studio-link], .studio-views a, a[data-reload-theirs]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if ("reloadTheirs" in link.dataset) document.querySelector("[data-clash]").remove();
  else if (link.href === location.href) return arrive(link.hash);
  go(link.href);
});

// Any other link waits for what is not saved yet; a moment, as a rule.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]:not([target])");
  if (event.defaultPrevented || !link || !isDirty() || failures) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  whenSaved(() => location.assign(link.href));
});

addEventListener("popstate", () => location.reload());

window.plumbline.studio = { operate, go, whenSaved };
