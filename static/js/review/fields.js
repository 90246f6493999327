// The fields of an answer: read, filled in, brought together with what a colleague saved meanwhile.
// The first of the review's modules; the others find what they share in plumbline.review.
// A *form* here is what is sent: pairs of name and value.

const IS_FIELD = /^(choice|not_applicable|does_not_apply|(reason|notes)(\..+)?)$/;
const IS_TICK = /^(choice|not_applicable|does_not_apply)$/;

const isField = (element) => IS_FIELD.test(element.name ?? "");

/** What a form says. Fields of other features within it are not part of the answer. */
function collect(form) {
  return [...new FormData(form)]
    .filter(([name, value]) => IS_FIELD.test(name) && typeof value === "string")
    .map(([name, value]) => [name, value.replaceAll("\r\n", "\n")]);
}

/** What the fields in a page from the server say; null when it brings none. */
function collectFrom(page) {
  const fields = page.getElementById("answer-fields");
  if (!fields) return null;
  const form = document.createElement("form");
  const copy = form.appendChild(document.importNode(fields, true));
  // A viewer's fields are disabled, and a form says nothing of those.
  copy.disabled = false;
  return collect(form);
}

const isTick = ([name]) => IS_TICK.test(name);
const ticksOf = (form) => new Set(form.filter(isTick).map((pair) => JSON.stringify(pair)));
const textsOf = (form) => new Map(form.filter((pair) => !isTick(pair)));

function isSame(one, other) {
  const [left, right] = [ticksOf(one), ticksOf(other)];
  const isTicked = left.size === right.size && [...left].every((tick) => right.has(tick));
  return isTicked && sameTexts(textsOf(one), textsOf(other));
}

function sameTexts(one, other) {
  return [...new Set([...one.keys(), ...other.keys()])].every(
    (name) => (one.get(name) ?? "") === (other.get(name) ?? ""),
  );
}

/** What was changed in `mine` after it was `sent`, done to what is `stored` now. */
function rebase(mine, sent, stored) {
  const [before, now, ticks] = [ticksOf(sent), ticksOf(mine), ticksOf(stored)];
  for (const tick of now) if (!before.has(tick)) ticks.add(tick);
  for (const tick of before) if (!now.has(tick)) ticks.delete(tick);
  const [was, is, texts] = [textsOf(sent), textsOf(mine), textsOf(stored)];
  for (const [name, value] of is) if (value !== was.get(name)) texts.set(name, value);
  return [...[...ticks].map((tick) => JSON.parse(tick)), ...texts];
}

/** Fill a form in, touching only what differs: focus, caret and what is folded open stay. */
function fill(form, values, page = null) {
  const ticks = ticksOf(values);
  const texts = textsOf(values);
  for (const element of [...form.elements].filter(isField)) {
    if (IS_TICK.test(element.name)) {
      element.checked = ticks.has(JSON.stringify([element.name, element.value]));
    } else if (texts.has(element.name) && element.value !== texts.get(element.name)) {
      element.value = texts.get(element.name);
      count(element);
    }
  }
  for (const fresh of page?.querySelectorAll("[data-choice]") ?? []) {
    const row = document.getElementById(fresh.querySelector('[name="choice"]').id)?.closest("[data-choice]");
    const [old, said] = [row?.querySelector(".choice-said"), fresh.querySelector(".choice-said")];
    if (old && said) old.replaceWith(document.importNode(said, true));
  }
  showExcluded(form);
  document.dispatchEvent(new CustomEvent("review:filled"));
}

/** "None of these" and other ticks exclude each other; so do a tick and "not applicable". */
function keepExclusive(form, box) {
  const choices = [...form.querySelectorAll('input[name="choice"]')];
  if (box.name === "choice" && box.checked) {
    const isNone = "none" in box.dataset;
    for (const other of choices) {
      if (other !== box && (isNone || "none" in other.dataset)) other.checked = false;
    }
    const excluded = document.getElementById(`not-applicable-${box.value}`);
    if (excluded) excluded.checked = false;
  }
  if ("notApplicable" in box.dataset && box.checked) {
    document.getElementById(`choice-${box.value}`).checked = false;
  }
  showExcluded(form);
}

function showExcluded(form) {
  for (const row of form.querySelectorAll("[data-choice]")) {
    const excluded = row.querySelector("[data-not-applicable]")?.checked ?? false;
    row.classList.toggle("choice-off", excluded);
  }
}

function count(field) {
  const limit = Number(field.dataset.limit);
  if (!limit) return;
  const line = document.querySelector(`[data-count-of="${CSS.escape(field.id)}"]`);
  // As the server counts: by characters, not by the halves of one.
  const length = [...field.value].length;
  field.setCustomValidity("");
  field.toggleAttribute("aria-invalid", length > limit);
  if (!line) return;
  line.textContent = line.dataset.template.replace("%(length)s", length).replace("%(limit)s", limit);
  line.classList.toggle("worse", length > limit);
}

document.querySelectorAll("[data-limit]").forEach(count);

window.plumbline.review = {
  isField,
  collect,
  collectFrom,
  isSame,
  rebase,
  fill,
  keepExclusive,
  count,
};
