// Typing a condition: ids are proposed under the field. Arrows choose, Enter or Tab takes, Esc closes.

const WORD_BEFORE = /[A-Za-z0-9_]*$/;
const WORD_AFTER = /^[A-Za-z0-9_]*/;
const MOST = 8;

let field = null;
let chosen = -1;

const list = () => document.getElementById("condition-proposals");

function wordAt(area) {
  const before = area.value.slice(0, area.selectionStart).match(WORD_BEFORE)[0];
  const after = area.value.slice(area.selectionStart).match(WORD_AFTER)[0];
  return { text: before, start: area.selectionStart - before.length, end: area.selectionStart + after.length };
}

function proposals(text) {
  const wanted = text.toLowerCase();
  const words = [...document.querySelectorAll("#condition-words option")];
  const fits = (word) => word.value.toLowerCase().includes(wanted) || word.textContent.toLowerCase().includes(wanted);
  const starts = (word) => word.value.toLowerCase().startsWith(wanted);
  const found = words.filter((word) => fits(word) && word.value !== text);
  return found.sort((a, b) => starts(b) - starts(a)).slice(0, MOST);
}

function show(area) {
  const word = wordAt(area);
  const found = word.text ? proposals(word.text) : [];
  close();
  if (!found.length) return;
  field = area;
  const box = document.createElement("ul");
  box.id = "condition-proposals";
  box.className = "studio-proposals";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", area.labels[0]?.textContent ?? "");
  for (const [place, word] of found.entries()) {
    const item = document.createElement("li");
    item.id = `proposal-${place}`;
    item.dataset.word = word.value;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const id = document.createElement("code");
    id.textContent = word.value;
    const title = document.createElement("span");
    title.textContent = word.textContent;
    item.append(id, title);
    box.append(item);
  }
  area.parentElement.append(box);
  area.setAttribute("aria-controls", box.id);
}

function close() {
  list()?.remove();
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
  field = null;
  chosen = -1;
}

function choose(place) {
  const items = [...list().children];
  chosen = (place + items.length) % items.length;
  items.forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
  items[chosen].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", items[chosen].id);
}

function take(item) {
  const area = field;
  const word = wordAt(area);
  area.setRangeText(item.dataset.word, word.start, word.end, "end");
  close();
  area.focus();
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  close();
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-condition]") && event.isTrusted) show(event.target);
});

// Before the form's own keys: while ids are proposed, the arrows and Enter belong to the list.
document.addEventListener(
  "keydown",
  (event) => {
    if (!list() || event.target !== field || event.altKey) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(list().children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  },
  true,
);

document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest("#condition-proposals [data-word]");
  if (!item) return close();
  event.preventDefault();
  take(item);
});

document.addEventListener("focusout", (event) => {
  if (event.target === field) close();
});

/* What was chosen without typing is in the text too, for whoever goes on by typing. */
document.addEventListener("htmx:afterSettle", follow);
follow();

function follow() {
  for (const echo of document.querySelectorAll(".studio-echo[data-text]")) {
    const form = echo.closest("form");
    const mode = form.elements.mode?.value;
    if (mode !== "text") form.elements.condition.value = echo.dataset.text;
    // Here and not in the page: a page that opens leads the focus to what was just refused, and this is stored.
    if (echo.querySelector(".studio-mistake")) form.elements.condition.setAttribute("aria-invalid", "true");
    else form.elements.condition.removeAttribute("aria-invalid");
  }
}
