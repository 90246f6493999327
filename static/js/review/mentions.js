// People to mention, offered behind an @ in a comment: a listbox that the arrow keys walk through.

const { announce } = window.plumbline;
const PAUSE = 120;
const LONGEST = 60;

let open = null; // {field, list, start, people, chosen}
let asked = 0;
let timer = 0;

/** What is being typed behind an @ that begins a word: {start, words}, or null. */
function behindAt(field) {
  const before = field.value.slice(0, field.selectionStart);
  const found = /(?:^|[^\w@.])@([^\s@][^@\n]*)?$/u.exec(before);
  if (!found) return null;
  const words = found[1] ?? "";
  if (words.length > LONGEST || /\s\S*\s/.test(words) || /\s$/.test(words)) return null;
  return { start: before.length - words.length, words };
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-comment-text]")) return;
  clearTimeout(timer);
  const field = event.target;
  if (!behindAt(field)) return close();
  timer = setTimeout(() => suggest(field), PAUSE);
});

async function suggest(field) {
  const typed = behindAt(field);
  const section = field.closest("#comments") ?? document.getElementById("comments");
  if (!typed || !section?.dataset.peopleUrl) return;
  const turn = ++asked;
  const url = `${section.dataset.peopleUrl}?q=${encodeURIComponent(typed.words)}`;
  const response = await fetch(url).catch(() => null);
  if (!response?.ok || response.redirected || turn !== asked) return;
  const { people } = await response.json();
  if (document.activeElement !== field || behindAt(field)?.words !== typed.words) return;
  if (people.length) show(field, typed.start, people);
  else close();
}

function show(field, start, people) {
  close();
  const words = document.getElementById("comments-words").dataset;
  const list = document.createElement("ul");
  list.id = "mention-list";
  list.className = "mention-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.list);
  people.forEach((person, index) => {
    const option = document.createElement("li");
    option.id = `mention-${index}`;
    option.setAttribute("role", "option");
    const name = document.createElement("span");
    name.textContent = person.name;
    const email = document.createElement("small");
    email.textContent = person.email;
    option.append(name, email);
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps the focus
      choose(index);
    });
    list.append(option);
  });
  field.parentElement.append(list);
  field.setAttribute("aria-controls", list.id);
  open = { field, list, start, people, chosen: 0 };
  mark(0);
  announce(words.people.replace("%(n)s", people.length));
}

function mark(index) {
  const { field, list, people } = open;
  open.chosen = (index + people.length) % people.length;
  [...list.children].forEach((option, place) =>
    option.setAttribute("aria-selected", String(place === open.chosen)),
  );
  field.setAttribute("aria-activedescendant", `mention-${open.chosen}`);
  list.children[open.chosen].scrollIntoView({ block: "nearest" });
}

function choose(index) {
  const { field, start, people } = open;
  const end = field.selectionStart;
  close();
  field.setRangeText(`${people[index].handle} `, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function close() {
  asked += 1;
  if (!open) return;
  open.list.remove();
  open.field.removeAttribute("aria-activedescendant");
  open.field.removeAttribute("aria-controls");
  open = null;
}

// Before anybody else: while the list is open these keys are its own.
document.addEventListener(
  "keydown",
  (event) => {
    if (!open || event.target !== open.field || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowDown: () => mark(open.chosen + 1),
      ArrowUp: () => mark(open.chosen - 1),
      Enter: () => choose(open.chosen),
      Tab: () => choose(open.chosen),
      Escape: close,
    }[event.key];
    if (!act || (event.key === "Tab" && event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  },
  true,
);

document.addEventListener("focusout", (event) => {
  if (open && event.target === open.field) close();
});
