// Two texts for one field: both are shown until somebody has chosen, after a reload too.

const { queue, isField } = window.plumbline.review;

const form = () => document.getElementById("answer");
const place = () => document.getElementById("answer-conflicts");
const conflicts = () => [...(place()?.querySelectorAll("[data-conflict]") ?? [])];
const question = () => document.getElementById("question")?.dataset;
const theirs = (conflict) => conflict.querySelector("[data-theirs]").textContent;
const mine = (conflict) => conflict.querySelector("[data-mine]");

const asRecord = (conflict) => ({
  name: conflict.dataset.conflict,
  label: conflict.dataset.label,
  theirs: theirs(conflict),
  mine: mine(conflict).textContent,
});

function keep() {
  if (question()) queue.keepConflicts(question().review, question().question, conflicts().map(asRecord));
}

/** What a page from the server says of conflicts. */
const conflictsIn = (page) => [...page.querySelectorAll("[data-conflict]")].map(asRecord);

/**
 * After a save's answer: keep the new conflicts. Where somebody has typed on in the field meanwhile
 * it is not touched; what is typed counts as "yours", and is not saved until it is chosen.
 */
function noteConflicts(fresh, isTyped) {
  for (const conflict of conflicts()) {
    const isNew = fresh.some(({ name, mine: text }) => name === conflict.dataset.conflict && text === mine(conflict).textContent);
    if (isNew && isTyped(conflict.dataset.conflict)) conflict.dataset.typed = "";
  }
  followTyping();
  keep();
}

function followTyping() {
  for (const conflict of conflicts()) {
    if ("typed" in conflict.dataset) mine(conflict).textContent = form().elements[conflict.dataset.conflict].value;
  }
}

/** The form as it is to be sent: a text that waits for a choice is sent as the colleague left it. */
function withoutConflicts(values) {
  const typed = new Map(
    conflicts()
      .filter((conflict) => "typed" in conflict.dataset)
      .map((conflict) => [conflict.dataset.conflict, theirs(conflict)]),
  );
  return values.map(([name, value]) => [name, typed.get(name) ?? value]);
}

/** Show again what was kept of a question: its page has been left, or another tab saw it. */
function restoreConflicts() {
  if (!form() || !question() || conflicts().length) return;
  const mould = document.getElementById("conflict-mould").content.firstElementChild;
  for (const record of queue.conflictsOf(question().review, question().question)) {
    // Where the lens has no such field any more, the notes can take the text.
    const field = form().elements[record.name] ?? form().elements.notes;
    if (!isField(field) || field.value === record.mine) continue;
    const notice = mould.cloneNode(true);
    const conflict = notice.querySelector("[data-conflict]");
    Object.assign(conflict.dataset, { conflict: field.name, label: record.label });
    notice.querySelector("[data-label]").textContent = record.label;
    notice.querySelector("[data-theirs]").textContent = field.value;
    mine(conflict).textContent = record.mine;
    place().append(notice);
  }
  keep();
}

document.addEventListener("input", (event) => {
  if (conflicts().length && event.target.form === form()) {
    followTyping();
    keep();
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keep]");
  if (!button) return;
  const notice = button.closest(".notice");
  const conflict = notice.querySelector("[data-conflict]");
  const field = form().elements[conflict.dataset.conflict];
  const texts = { theirs: theirs(conflict), mine: mine(conflict).textContent };
  field.value = { ...texts, both: `${texts.theirs}\n\n${texts.mine}` }[button.dataset.keep];
  notice.remove();
  keep();
  field.focus();
  document.dispatchEvent(new CustomEvent("review:chosen"));
});

document.addEventListener("review:question", restoreConflicts);
restoreConflicts();

Object.assign(window.plumbline.review, {
  conflicts,
  conflictsIn,
  noteConflicts,
  withoutConflicts,
  keepConflicts: keep,
});
