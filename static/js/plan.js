// The plan by keyboard, and the bar that changes several items. Without this every row has its link
// to edit it, and the bar its boxes.

const { isTyping } = window.plumbline;

const plan = document.getElementById("plan");

/* Keys ---------------------------------------------------------------------------------------- */

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return leaveForm(event);
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.isComposing || isTyping(event.target)) return;
  const act = action(event.key.toLowerCase(), event.repeat);
  if (!act) return;
  event.preventDefault();
  act();
});

function action(key, isHeld) {
  const row = document.activeElement?.closest?.("[data-item]");
  if (key === "j") return () => step(row, 1);
  if (key === "k") return () => step(row, -1);
  if (!row || isHeld) return null;
  const target = {
    e: row.querySelector("[data-edit]"),
    x: row.querySelector("[name=items]"),
    o: row.querySelector("details > summary"),
  }[key];
  return target ? () => target.click() : null;
}

function step(row, by) {
  const rows = [...document.querySelectorAll("[data-item]")];
  const next = row ? rows[rows.indexOf(row) + by] : rows[0];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function leaveForm(event) {
  const cancel = event.target.closest?.("[data-edit-form]")?.querySelector("[data-cancel]");
  if (!cancel) return;
  event.preventDefault();
  cancel.click();
}

/* A row that was swapped keeps the focus ------------------------------------------------------- */

document.addEventListener("htmx:afterSettle", (event) => {
  show();
  const id = event.detail.elt?.id ?? "";
  const row = id.startsWith("item-") ? document.getElementById(id) : null;
  const active = document.activeElement;
  // Who writes elsewhere by now goes on there.
  if (!row || (active && active !== document.body && !row.contains(active))) return;
  const wrong = row.querySelector("[aria-invalid=true]");
  const field = wrong ?? row.querySelector("form select, form input:not([type=hidden])");
  (field ?? row).focus();
});

/* Several at once ------------------------------------------------------------------------------ */

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-select-all], [name=items]")) show();
});

function boxes() {
  return [...plan.querySelectorAll("[name=items][form=bulk]")];
}

function show() {
  const bar = document.getElementById("bulk");
  if (!bar) return;
  const selected = boxes().filter((box) => box.checked).length;
  const count = document.getElementById("bulk-count");
  bar.toggleAttribute("data-empty", !selected);
  count.textContent = selected ? count.dataset.words.replace("%(n)s", selected) : count.dataset.none;
  const all = plan.querySelector("[data-select-all]");
  if (all) all.checked = selected > 0 && selected === boxes().length;
}

show();
