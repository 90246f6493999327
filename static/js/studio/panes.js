// Around the form: focus and open parts survive an answer, limits are counted, panels open on phones.

const { announce } = window.plumbline;

/* What had the focus, what was open */

let held = null;

function hold() {
  const active = document.activeElement;
  if (held || !document.getElementById("studio")) return;
  const isText = active?.matches?.("textarea, input:not([type=radio], [type=checkbox])");
  held = {
    id: active?.id ?? "",
    isInside: Boolean(active?.closest?.("#studio")),
    selection: isText ? [active.selectionStart, active.selectionEnd] : null,
    open: [...document.querySelectorAll("#studio details[open][id]")].map((details) => details.id),
  };
}

function release() {
  if (!held) return;
  const { id, isInside, selection, open } = held;
  held = null;
  for (const one of open) document.getElementById(one)?.setAttribute("open", "");
  countAll();
  if (!isInside || document.activeElement?.closest?.("#studio")) return;
  const again = (id && document.getElementById(id)) || document.getElementById("undo") || document.getElementById("studio-title");
  again?.focus({ preventScroll: true });
  if (selection) again?.setSelectionRange?.(...selection);
}

document.addEventListener("htmx:beforeSwap", hold);
document.addEventListener("htmx:oobBeforeSwap", hold);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "studio") held = null;
  else release();
  if (event.detail.elt?.id === "studio") countAll();
});

// What was added goes on where it was added: the next title can be typed at once.
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.elt.matches?.("[data-add]") || event.detail.xhr.status !== 200) return;
  const input = document.getElementById("add-title");
  if (input) input.value = "";
});

/* Arriving at a part */

document.addEventListener("studio-arrived", (event) => arrive(event.detail));
document.addEventListener("htmx:pushedIntoHistory", () => arrive(location.hash));

function arrive(hash) {
  countAll();
  closePanels();
  const place = hash ? document.getElementById(hash.slice(1)) : null;
  const details = place?.querySelector(":scope > details");
  if (details) details.open = true;
  const goal = details?.querySelector("summary") ?? place ?? document.getElementById("studio-title");
  goal?.focus({ preventScroll: !place });
  (place ?? document.getElementById("studio-pane"))?.scrollIntoView?.({ block: place ? "center" : "nearest" });
  if (!place) document.getElementById("studio-pane").scrollTop = 0;
  document.querySelector("#tree [aria-current]")?.scrollIntoView({ block: "nearest" });
}

if (location.hash) arrive(location.hash);

/* Limits, as the server counts: by characters */

function count(field) {
  const line = document.querySelector(`[data-count-of="${CSS.escape(field.id)}"]`);
  const limit = Number(field.dataset.limit);
  const length = [...field.value].length;
  if (!line) return;
  line.hidden = length < limit * 0.8;
  line.textContent = line.dataset.template.replace("%(length)s", length).replace("%(limit)s", limit);
  line.classList.toggle("worse", length > limit);
}

function countAll() {
  document.querySelectorAll("#studio [data-limit]").forEach(count);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-limit]")) count(event.target);
});

/* A refusal's words stand beside the field: the field says that it is wrong. */
document.addEventListener("htmx:afterSettle", () => {
  for (const list of document.querySelectorAll("#studio-form .field-errors")) {
    const field = document.getElementById(list.id.replace(/-errors$/, ""));
    if (!field) continue;
    if (list.children.length) field.setAttribute("aria-invalid", "true");
    else if (!field.matches("[data-condition]")) field.removeAttribute("aria-invalid");
  }
});

/* The trial: ticks exclude each other as in a review; a finding's witness can be tried at once. */

document.addEventListener(
  "change",
  (event) => {
    const box = event.target;
    const form = box.closest("#trial-form");
    if (!form || !box.checked) return;
    const isNone = "none" in box.dataset;
    for (const other of form.querySelectorAll("input[name=tick]")) {
      if (box.name === "tick" && other !== box && (isNone || "none" in other.dataset)) other.checked = false;
      if (box.name === "na" && other.value === box.value) other.checked = false;
    }
    for (const other of form.querySelectorAll("input[name=na]")) {
      if (box.name === "tick" && other.value === box.value) other.checked = false;
    }
  },
  true,
);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-witness]");
  const form = document.getElementById("trial-form");
  if (!link || !form) return;
  const ids = link.dataset.witness.split(" ");
  const boxes = [...form.querySelectorAll("input[name=tick]")];
  if (!ids.every((id) => boxes.some((box) => box.value === id))) return;
  const isHere = new URL(link.href).pathname === location.pathname;
  if (!isHere) return;
  event.preventDefault();
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = box.name === "tick" && ids.includes(box.value);
  htmx.trigger(form, "change");
  document.getElementById("trial").scrollIntoView({ block: "nearest" });
  announce(document.getElementById("trial-heading").textContent);
});

/* Panels on small screens */

function closePanels() {
  for (const panel of document.querySelectorAll(".is-open-panel")) panel.classList.remove("is-open-panel");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-panel]");
  if (!button) return;
  const panel = document.getElementById(button.dataset.panel);
  const wasOpen = panel.classList.contains("is-open-panel");
  closePanels();
  panel.classList.toggle("is-open-panel", !wasOpen);
  if (!wasOpen) panel.querySelector("a, button, input")?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closePanels();
});

countAll();
