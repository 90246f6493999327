// The review saves itself. The page works without this: the form has an action and a button.

const { sayExpired } = window.plumbline;
const shared = window.plumbline.review;
const { queue, collect, collectFrom, isSame, rebase, fill, isField, keepExclusive, count } = shared;
const { putParts, showState, notify, isTrouble, conflicts, conflictsIn, noteConflicts, withoutConflicts } = shared;

const form = () => document.getElementById("answer");
const RETRY_AFTER = [1000, 2000, 5000, 10_000, 30_000];
const TYPING_PAUSE = 800;

/* The form always sends the whole answer and the revision it started from; the server merges. Each
   change goes to the queue at once (queue.js) and leaves it when the server has confirmed it. */

let life = null; // the form that is shown and its slot of the queue; another question is another life
let failures = 0;
let timer = 0;
let retryTimer = 0;
let wasTick = false;
let waiting = [];
const sending = new Set();

function current() {
  if (life?.form !== form()) life = form() && { form: form(), slot: queue.newSlot() };
  return life;
}

const isDirty = () => Boolean(current() && queue.get(life.slot));

function keep() {
  const { review, question } = document.getElementById("question").dataset;
  const title = document.getElementById("question-title").textContent.trim();
  const { revision, version } = life.form.elements;
  queue.put(
    life.slot,
    { review, question, title, url: new URL(life.form.action).pathname },
    { form: withoutConflicts(collect(life.form)), revision: revision.value, version: version.value },
  );
}

function changed(delay) {
  if (!current() || document.getElementById("answer-fields").disabled) return;
  keep();
  life.hasChanged = true;
  if (!isTrouble()) showState("saving");
  if (!queue.isDurable()) showState("memory");
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}

function save() {
  clearTimeout(timer);
  if (isDirty()) send(life.slot);
}

/** Calls `next` when everything is saved, or is safe in the queue while the server is away. */
function whenSaved(next) {
  // A text that is in conflict is saved nowhere.
  if (conflicts().length) return conflicts()[0].closest(".notice").scrollIntoView();
  // What may not be saved by this person any more is kept, and holds nobody here.
  const isAside = failures || queue.get(life?.slot)?.isDenied;
  if (!isDirty() || (isAside && queue.isDurable())) return next();
  waiting.push(next);
  save();
}

/** Make the first request of a slot; returns whether the server answered it. */
async function send(slot) {
  const entry = queue.get(slot);
  if (!entry || sending.has(slot)) return true;
  sending.add(slot);
  const item = queue.take(slot);
  const result = await queue.post(entry.url, item);
  sending.delete(slot);
  if (["offline", "failed", "session"].includes(result.kind)) return stumble(result.kind);
  failures = 0;
  const isShown = life?.slot === slot && life.form === form();
  if (isShown) settleShown(slot, item, result);
  else settleAside(slot, item, result);
  if (entry.isInherited && !entry.isQuiet) tellOfEarlier(entry, result, isShown);
  return true;
}

function stumble(kind) {
  waiting = [];
  showState(queue.isDurable() ? kind : "memory");
  if (kind === "session") sayExpired(form());
  clearTimeout(retryTimer);
  const delay = RETRY_AFTER[Math.min(failures, RETRY_AFTER.length - 1)];
  // Many pages that lost the server at once do not come back at once.
  retryTimer = setTimeout(flush, delay * (0.75 + Math.random() / 2));
  failures += 1;
  return false;
}

/** Send all that waits: what is shown first. */
async function flush() {
  clearTimeout(retryTimer);
  for (let isGoing = true; isGoing; ) {
    const ready = queue.slots().filter((slot) => !sending.has(slot) && !queue.get(slot).isStuck);
    const next = ready.find((slot) => slot === life?.slot) ?? ready[0];
    isGoing = Boolean(next) && (await send(next));
  }
}

/* What the server made of the request */

function settleShown(slot, item, { kind, page, message, url }) {
  if (kind === "saved") takeIn(page, item);
  if (kind === "refused") apply(page);
  if (kind === "saved" || kind === "moved") queue.confirm(slot, item.key);
  else giveUp(slot, item, kind);
  const isLeft = Boolean(queue.get(slot));
  if (isLeft && kind === "moved") return flush();
  if (isLeft && kind === "saved") {
    if (isSame(withoutConflicts(collect(life.form)), collectFrom(page) ?? item.form)) queue.store(slot, null);
    else {
      keep(); // the same, now from the revision that was just made
      return save();
    }
  }
  if (kind === "refused" || kind === "denied") {
    waiting = [];
    return showState(kind, { detail: message ?? "" });
  }
  if (kind === "moved") return location.assign(url);
  const after = page.getElementById("question-risk")?.textContent.trim() ?? "";
  showState(conflicts().length ? "conflict" : "saved", { after, isTick: wasTick });
  wasTick = false;
  const ready = waiting;
  waiting = [];
  ready.forEach(whenSaved);
  if (life?.wanted > Number(form()?.elements.revision.value)) refresh();
}

/** Take in what is stored now; what was changed since it was sent stays as it is on the page. */
function takeIn(page, item) {
  const fresh = conflictsIn(page);
  const mine = collect(life.form);
  const stored = collectFrom(page);
  const [sentTexts, mineTexts] = [new Map(item.form), new Map(mine)];
  const isTyped = (name) => sentTexts.get(name) !== mineTexts.get(name);
  if (stored) fillIn(page, rebase(mine, item.form, stored));
  life.form.elements.revision.value = page.getElementById("revision").value;
  apply(page);
  noteConflicts(fresh, isTyped);
}

function fillIn(page, values) {
  const version = page.querySelector('[name="version"]').value;
  if (life.form.elements.version.value === version) return fill(life.form, values, page);
  // Another version of the lens has other choices.
  document.getElementById("answer-fields").replaceWith(document.importNode(page.getElementById("answer-fields"), true));
  fill(life.form, values);
}

/** Put the parts around the fields in their places; the fields themselves are filled in. */
function apply(page) {
  const rest = page.body.cloneNode(true);
  rest.querySelectorAll("#answer-fields, #revision, #save-state, [name=version]").forEach((part) => part.remove());
  putParts(rest.innerHTML);
}

/** A request that will not be done as it is: a newer one may, or else it is kept and not repeated. */
function giveUp(slot, item, kind) {
  const entry = queue.get(slot);
  const isDenied = kind === "denied";
  if (entry.items.length > 1) queue.confirm(slot, item.key);
  else queue.store(slot, { ...entry, isStuck: true, isDenied, items: [{ ...item, isTried: false }] });
}

function settleAside(slot, item, { kind, page }) {
  const entry = queue.get(slot);
  if (kind === "refused" || kind === "denied") return giveUp(slot, item, kind);
  queue.confirm(slot, item.key);
  if (kind === "moved") return;
  const found = conflictsIn(page);
  if (found.length) {
    const known = queue.conflictsOf(entry.review, entry.question);
    queue.keepConflicts(entry.review, entry.question, [...known, ...found]);
  }
  const left = queue.get(slot);
  if (left) {
    const [next] = left.items;
    const values = rebase(next.form, item.form, collectFrom(page) ?? item.form);
    const revision = page.getElementById("revision").value;
    queue.store(slot, { ...left, items: [{ ...next, form: values, revision }] });
  }
  const risk = page.querySelector(".review-entry-mark")?.dataset.risk;
  const { review, question } = entry;
  document.dispatchEvent(new CustomEvent("review:saved", { detail: { review, question, risk } }));
  if (!queue.slots().length) showState("saved");
}

function tellOfEarlier(entry, { kind, message }, isShown) {
  const { url, title, review, question } = entry;
  const isInConflict = isShown ? conflicts().length : queue.conflictsOf(review, question).length;
  if (kind === "saved" && isInConflict) return isShown || notify("earlier-conflict", { url, title });
  if (kind === "saved" || kind === "moved") return notify("earlier-saved", { url, title });
  if (isShown && kind === "refused") return;
  const slot = queue.slots().find((each) => queue.get(each).url === url);
  notify("earlier-refused", { url, title, detail: message ?? "", onDiscard: () => queue.store(slot, null) });
}

/**
 * Bring the shown question up to date, to `revision` at least. Where something of it is unsaved its
 * own save does so, or else the refresh comes after it.
 */
async function refresh(revision = 0) {
  if (!current()) return;
  life.wanted = Math.max(life.wanted ?? 0, revision);
  if (isDirty()) return;
  const { form: asked } = life;
  const address = `${new URL(asked.action).pathname}?part=fields`;
  const response = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok || window.plumbline.isSignIn(response.url)) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const field = page.getElementById("revision");
  if (form() !== asked || isDirty() || !field) return;
  if (Number(field.value) < Number(asked.elements.revision.value)) return;
  fillIn(page, collectFrom(page));
  asked.elements.revision.value = field.value;
  apply(page);
}

/* What somebody does */

document.addEventListener("change", (event) => {
  if (!event.target.closest("[data-autosave]") || !isField(event.target)) return;
  if (event.target.matches("textarea")) return; // what was typed has its own pause, below
  if (event.target.type === "checkbox") keepExclusive(form(), event.target);
  wasTick = true;
  changed(0);
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-autosave] textarea") || !isField(event.target)) return;
  count(event.target);
  changed(TYPING_PAUSE);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-autosave]")) return;
  event.preventDefault(); // Enter in a field saves like everything else
  event.target.removeAttribute("aria-busy");
  changed(0);
});

document.addEventListener("review:chosen", () => changed(0));

// The frame names the failure; here it stays in view and the save is tried again.
document.addEventListener("request-failed", (event) => {
  if (event.target === form()) event.preventDefault();
});

addEventListener("offline", () => showState("offline"));
addEventListener("online", () => (queue.slots().length ? flush() : showState("")));
addEventListener("focus", flush);
document.addEventListener("visibilitychange", () => document.hidden || flush());
document.addEventListener("session-restored", () => (queue.slots().length ? flush() : showState("")));

// Nobody leaves without being told while something stands on this page only; what can be sent is sent.
addEventListener("beforeunload", (event) => {
  if (!queue.isDurable() || conflicts().length) event.preventDefault();
});
addEventListener("pagehide", () => {
  if (!isDirty() || failures || !navigator.onLine) return;
  const { url, items } = queue.get(life.slot);
  // What waits behind a request that is on its way would seem to be in conflict with it.
  if (items.length === 1 && queue.sendBehind(url, items[0])) queue.hush(life.slot);
});

// Any other link waits for what is not saved yet; a moment, as a rule.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]:not([data-question-link], [target], [data-show], [href^='#'])");
  if (!link || (!isDirty() && !conflicts().length) || failures) return;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  whenSaved(() => location.assign(link.href));
});

/* What was left from earlier: of the question that is shown it comes back into its form. */

document.addEventListener("review:question", () => {
  const left = queue.slots().find((slot) => slot !== current()?.slot && !sending.has(slot) && isOfShown(slot));
  if (left) adopt(left);
  else if (!life.hasChanged && !failures) showState("");
});

function isOfShown(slot) {
  const { review, question } = document.getElementById("question").dataset;
  const entry = queue.get(slot);
  return entry.review === review && entry.question === question;
}

function adopt(slot) {
  const here = current();
  const item = queue.get(slot).items.at(-1);
  const { revision, version } = here.form.elements;
  if (queue.get(here.slot) || document.getElementById("answer-fields").disabled) return;
  if (item.version !== version.value) return; // the server knows the way to this version
  here.slot = slot;
  fill(here.form, item.form);
  revision.value = item.revision;
  showState("saving");
}

queue.inherit((slots) => {
  const mine = slots.findLast(isOfShown);
  if (mine) adopt(mine);
  for (const slot of slots) queue.store(slot, { ...queue.get(slot), isStuck: false });
  flush();
});

Object.assign(shared, { whenSaved, refresh, isDirty });
