// Notes in Markdown: a preview of how they will look, and what is left of the limit, announced in
// time. Also on the page of a pillar's or a lens's notes, without the rest of the review's modules.

const { announce } = window.plumbline;
const NEAR = 0.9; // of the limit
const SAY_AFTER = 700; // milliseconds without a key

const lengthOf = (field) => [...field.value].length;

/* Write or preview */

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-notes-mode]");
  if (!button) return;
  const notes = button.closest("[data-notes]");
  if (button.dataset.notesMode === "preview") showPreview(notes);
  else write(notes);
});

const partsOf = (notes) => ({
  field: notes.querySelector("textarea"),
  preview: notes.querySelector(".notes-preview"),
  modes: notes.querySelectorAll("[data-notes-mode]"),
});

function setMode(notes, mode) {
  const { field, preview, modes } = partsOf(notes);
  for (const each of modes) each.setAttribute("aria-pressed", String(each.dataset.notesMode === mode));
  // What is read takes the room of what is written: the page does not jump.
  if (mode === "preview") preview.style.minBlockSize = `${field.offsetHeight}px`;
  field.hidden = mode === "preview";
  preview.hidden = mode !== "preview";
}

function write(notes) {
  setMode(notes, "write");
  partsOf(notes).field.focus();
}

async function showPreview(notes) {
  const { field, preview, modes } = partsOf(notes);
  const { url } = [...modes].find((each) => each.dataset.notesMode === "preview").dataset;
  await htmx
    .ajax("POST", url, { source: preview, target: preview, swap: "innerHTML", values: { text: field.value } })
    .catch(() => {});
  if (preview.isConnected && preview.hasChildNodes()) setMode(notes, "preview");
}

// Of what is round the preview nothing is sent: the answer is not part of the question how it looks.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches?.(".notes-preview")) return;
  for (const name of [...event.detail.formData.keys()]) if (name !== "text") event.detail.formData.delete(name);
});

// A colleague's change came in while one reads the preview.
document.addEventListener("review:filled", () => {
  for (const notes of document.querySelectorAll("[data-notes]:has(.notes-preview:not([hidden]))")) showPreview(notes);
});

/* How much is left */

let timer = 0;
const said = new WeakMap();

function levelOf(field) {
  const [length, limit] = [lengthOf(field), Number(field.dataset.limit)];
  if (length > limit) return "over";
  return length >= limit * NEAR ? "near" : "";
}

function showLevel(field) {
  const line = document.querySelector(`[data-count-of="${CSS.escape(field.id)}"]`);
  if (!line) return "";
  const [length, limit, level] = [lengthOf(field), Number(field.dataset.limit), levelOf(field)];
  line.textContent = line.dataset.template.replace("%(length)s", length).replace("%(limit)s", limit);
  line.classList.toggle("worse", level === "over");
  line.classList.toggle("near", level === "near");
  field.toggleAttribute("aria-invalid", level === "over");
  if (level === "over") field.setAttribute("aria-invalid", "true");
  const words = {
    near: line.dataset.near?.replace("%(left)s", limit - length),
    over: line.dataset.over?.replace("%(over)s", length - limit),
  }[level];
  if (level === "over" && words) line.textContent += ` · ${words}`;
  return words ?? "";
}

/** Said once when the limit comes near and once when it is passed, after a pause in the typing. */
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-notes] textarea[data-limit]")) return;
  const words = showLevel(field);
  clearTimeout(timer);
  timer = setTimeout(() => {
    const level = levelOf(field);
    if (level && said.get(field) !== level) announce(words);
    said.set(field, level);
  }, SAY_AFTER);
});

function showAll() {
  document.querySelectorAll("[data-notes] textarea[data-limit]").forEach(showLevel);
}

document.addEventListener("review:question", showAll);
document.addEventListener("review:filled", showAll);
document.addEventListener("htmx:afterSwap", (event) => event.detail.target.id === "modal-body" && showAll());
showAll();

/* What is typed into a form that does not save itself is not lost by a slip */

const isUnsaved = () =>
  [...document.querySelectorAll(".notes-form textarea[name=notes]")].some((field) => field.value !== field.defaultValue);

addEventListener("beforeunload", (event) => {
  if (isUnsaved() && !document.querySelector(".notes-form[aria-busy]")) event.preventDefault();
});

const modal = document.getElementById("modal");
const warn = (dialog) => {
  const text = dialog.querySelector(".notes-form")?.dataset.unsaved;
  if (text) announce(text, { urgent: true });
  dialog.querySelector(".notes-unsaved")?.removeAttribute("hidden");
};

// Esc, a click beside the dialog, its cross: the first is taken for a slip.
let warned = false;
modal?.addEventListener("cancel", (event) => {
  if (warned || !isUnsaved()) return;
  event.preventDefault();
  warned = true;
  warn(modal);
});
modal?.addEventListener("close", () => (warned = false));
document.addEventListener(
  "click",
  (event) => {
    if (warned || !event.target.closest("#modal .dialog-close") || !isUnsaved()) return;
    event.preventDefault();
    event.stopPropagation();
    warned = true;
    warn(modal);
  },
  { capture: true },
);
