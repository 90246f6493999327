// Comments and assignment beside a question. What somebody is writing is never replaced, and never
// lost: it is kept in the browser until it was sent. Pages work without this.

const section = () => document.getElementById("comments");

/* What is being written is kept by person, question and field -------------------------------------- */

function draftKey(field) {
  const { reader, review, question } = section()?.dataset ?? {};
  return reader ? `plumbline.comment.${reader}.${review}.${question}.${field.id}` : "";
}

function store(key, value) {
  if (!key) return;
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // Storage is forbidden or full: the text stays in the field.
  }
}

function stored(key) {
  try {
    return key ? localStorage.getItem(key) : null;
  } catch {
    return null;
  }
}

/** Puts back what was being written, where nothing is written now. */
function restoreDrafts(within) {
  for (const field of within.querySelectorAll("[data-comment-text]")) {
    const draft = stored(draftKey(field));
    if (!draft || isDirty(field)) continue;
    field.value = draft;
    const reply = field.closest("[data-thread-reply]");
    if (reply) reply.open = true;
  }
}

const isDirty = (field) => field.value !== field.defaultValue;

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-comment-text]")) {
    store(draftKey(event.target), isDirty(event.target) ? event.target.value : "");
  }
});

/* Answers of the server are put in place by hand --------------------------------------------------- */

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** A thread, or the form in it, that somebody is busy with. */
function busyIn(element) {
  const fields = [...element.querySelectorAll("[data-comment-text]")];
  return fields.some((field) => field === document.activeElement || isDirty(field));
}

/** Shows the list as the server has it now, leaving every form alone that is being written in. */
function reconcile(fresh) {
  const page = section();
  const next = fresh.getElementById("comments");
  if (!page || !next || next.dataset.question !== page.dataset.question) return;
  for (const id of ["comments-count", "comments-unread"]) swap(id, fresh);
  page.dataset.page = next.dataset.page;
  const list = document.getElementById("comment-threads");
  const focused = list.contains(document.activeElement)
    ? document.activeElement.closest("[data-comment], [data-thread]")?.id
    : "";
  const kept = new Map([...list.querySelectorAll("[data-thread]")].map((each) => [each.id, each]));
  const rows = [];
  for (const row of [...fresh.getElementById("comment-threads").children]) {
    const old = kept.get(row.id);
    rows.push(old && busyIn(old) ? updated(old, row) : keepFolds(old, row));
    kept.delete(row.id);
  }
  // A thread that went while somebody writes in it stays until they are done.
  for (const old of kept.values()) if (busyIn(old)) rows.push(old);
  place(list, rows);
  window.htmx.process(list);
  window.htmx.process(document.getElementById("comments-unread"));
  restoreDrafts(list);
  watchUnread();
  if (focused) focusOn(focused);
}

/** Puts the rows in their order without moving what is in place: moving would take the focus away. */
function place(list, rows) {
  for (const child of [...list.children]) if (!rows.includes(child)) child.remove();
  rows.forEach((row, index) => {
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  });
}

function swap(id, fresh) {
  const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
  if (old && next) old.replaceChildren(...next.childNodes);
}

/** Of a thread that somebody writes in, what is said in it: unless it is this that they edit. */
function updated(old, row) {
  const [before, after] = [old, row].map((each) => each.querySelector("[data-thread-comments]"));
  if (before && after && !busyIn(before)) before.replaceWith(after);
  return old;
}

function keepFolds(old, row) {
  const [before, after] = [old, row].map((each) => each?.querySelector("[data-thread-fold]"));
  if (before?.open && after) after.open = true;
  return row;
}

let waiting = 0;

/** Asks for the list again. */
async function refresh(page) {
  clearTimeout(waiting);
  const shown = section();
  if (!shown?.dataset.url) return;
  const url = `${shown.dataset.url}?page=${page ?? shown.dataset.page}`;
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  // Signed out or offline: the next event asks again.
  if (response?.ok && !response.redirected) reconcile(parsed(await response.text()));
}

/** Several events in a row ask once. */
function refreshSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh(), 150);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, requestConfig, shouldSwap } = event.detail;
  if (!shouldSwap || target?.id !== "comments" || !["200", "422"].includes(String(xhr.status))) return;
  if (!document.getElementById("comment-threads")) return;
  event.detail.shouldSwap = false;
  event.detail.isError = false;
  const fresh = parsed(xhr.responseText);
  const form = requestConfig.elt.closest("[data-comment-form]");
  if (xhr.status === 422) showRefusal(form, fresh);
  else {
    const place = form?.closest("[data-comment], [data-thread]")?.id;
    if (form) sent(form);
    reconcile(fresh);
    if (form?.id === "comment-form") refreshKey(form, fresh);
    else if (place) focusOn(place);
  }
});

/** The form with what is wrong with it; the text is the one that was sent. */
function showRefusal(form, fresh) {
  const next = form && fresh.getElementById(form.id);
  if (!next) return;
  const { value } = form.querySelector("[data-comment-text]");
  form.replaceWith(next);
  window.htmx.process(next);
  const field = next.querySelector("[data-comment-text]");
  field.value = value;
  field.focus();
}

/** What was sent needs no keeping any more. */
function sent(form) {
  const field = form.querySelector("[data-comment-text]");
  store(draftKey(field), "");
  form.querySelector(".field-errors")?.remove();
  field.removeAttribute("aria-invalid");
  // What was typed since it was sent is another text.
  if (field.value === form.dataset.sent) field.value = field.defaultValue;
  else store(draftKey(field), field.value);
  if ("commentEdit" in form.dataset) {
    field.defaultValue = field.value;
    form.remove();
    return;
  }
  field.defaultValue = "";
  form.elements.key.value = "";
  const reply = form.closest("[data-thread-reply]");
  if (reply && !field.value) reply.open = false;
  // Who types on already goes on: elsewhere the letters would tick choices.
  if (!field.value) field.blur();
}

/** The focus stays where something was written, whatever took the place of the form. */
function focusOn(id) {
  const place = document.getElementById(id);
  if (!place || document.activeElement !== document.body) return;
  const target = place.querySelector(":scope > .thread-foot summary") ?? place;
  if (target === place) place.setAttribute("tabindex", "-1");
  target.focus();
}

function refreshKey(form, fresh) {
  const next = fresh.getElementById(form.id);
  if (next) form.elements.key.value = next.elements.key.value;
}

document.addEventListener("htmx:configRequest", (event) => {
  const form = event.detail.elt.closest?.("[data-comment-form]");
  if (!form || event.detail.verb !== "post") return;
  const text = form.querySelector("[data-comment-text]").value;
  const key = form.elements.key;
  if (key) {
    // Sent again after a lost answer, a reply is the same reply; another text is another one.
    if ((form.dataset.sent ?? text) !== text) key.value = "";
    if (!key.value && crypto.randomUUID) key.value = crypto.randomUUID();
    event.detail.parameters.key = key.value;
  }
  form.dataset.sent = text;
});

document.addEventListener("htmx:afterSwap", (event) => {
  const { target } = event.detail;
  if (target.id === "beside" || target.querySelector?.("[data-comment-text]")) {
    restoreDrafts(target);
    watchUnread();
  }
  const edited = target.querySelector?.("[data-comment-edit] [data-comment-text]");
  edited?.focus();
});

document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-comment-cancel]");
  const pages = event.target.closest("[data-comments-page]");
  if (cancel && document.getElementById("comment-threads")) {
    event.preventDefault();
    const field = cancel.closest("form").querySelector("[data-comment-text]");
    store(draftKey(field), "");
    const place = cancel.closest("[data-comment]")?.id;
    cancel.closest("form").remove();
    refresh(section().dataset.page).then(() => place && focusOn(place));
  } else if (pages && section() && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    refresh(pages.dataset.commentsPage);
    section().scrollIntoView({ block: "nearest" });
  }
});

// Opening a reply is wanting to write one. At once, not when the browser tells that it is open: what
// is typed meanwhile would be taken for keys of the review.
document.addEventListener("click", (event) => {
  const fold = event.target.closest("[data-thread-reply] > summary")?.parentElement;
  if (!fold || fold.open) return;
  event.preventDefault();
  fold.open = true;
  fold.querySelector("[data-comment-text]").focus();
});

// Ctrl/⌘ Enter sends.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (!event.target.matches?.("[data-comment-text]")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

/* What was seen is read --------------------------------------------------------------------------- */

let watcher = null;

function watchUnread() {
  watcher?.disconnect();
  const form = document.querySelector("[data-comments-read]");
  if (!form || !("IntersectionObserver" in window) || document.hidden) return;
  watcher = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting || document.hidden) return;
    watcher.disconnect();
    // Long enough to have been looked at; the marks stay until the list is shown again.
    setTimeout(() => form.isConnected && !document.hidden && form.requestSubmit(), 2000);
  });
  watcher.observe(form);
}

document.addEventListener("visibilitychange", watchUnread);

document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !event.detail.elt.matches?.("[data-comments-read]")) return;
  const { review, question } = section().dataset;
  document.getElementById("comments-unread").replaceChildren();
  document.dispatchEvent(new CustomEvent("review:read", { detail: { review, question } }));
});

/* What others do ---------------------------------------------------------------------------------- */

document.addEventListener("review:event", (event) => {
  const { type, data } = event.detail;
  const isHere = (element) =>
    element && element.dataset.question === data.question && element.dataset.review === data.review;
  if (type === "comments" && isHere(section())) refreshSoon();
  const line = document.getElementById("assignment");
  if (type === "assignment" && isHere(line)) {
    window.htmx.ajax("GET", line.dataset.url, { target: "#assignment", swap: "outerHTML" });
  }
  if (type === "state" && section()) refreshSoon();
});

if (section()) {
  restoreDrafts(section());
  watchUnread();
}
