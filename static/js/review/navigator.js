// The list of questions: filtered while one types and by what is asked of it, its counts kept true,
// the other lenses of the workload fetched when they are opened. j and k go along what it shows.

const { announce, isSignIn } = window.plumbline;
const nav = document.getElementById("questions");
const find = document.getElementById("find");
const me = document.querySelector("[data-person]").dataset.person;
const chips = [...document.querySelectorAll("[data-show]")];
const FETCHED = ["changed", "mine", "comments", "prioritised"]; // filters that the page does not know by itself
const here = () => document.getElementById("question").dataset;
const SAY_AFTER = 600; // milliseconds without a key until the number found is said
const LOOK_AGAIN_AFTER = 3000; // an answer is rarely the only one

let show = chips.find((chip) => chip.hasAttribute("aria-current"))?.dataset.show ?? "all";
let entries = [];
let marks = null; // by review: what is changed, mine, talked about; null until it is known
let saying = 0;
let looking = 0;

/** The entries as they stand in the list: read once, a filter then touches nothing but `hidden`. */
function readEntries() {
  entries = [...nav.querySelectorAll(".review-entry")].map((link) => {
    const pillar = link.closest(".review-pillar");
    return {
      link,
      pillar,
      item: link.parentElement,
      review: pillar.dataset.review,
      question: link.dataset.question,
      words: link.querySelector(".review-entry-title").textContent.toLocaleLowerCase(),
    };
  });
}

const riskOf = (entry) => entry.link.querySelector("[data-risk]").dataset.risk;

const FILTERS = {
  all: () => true,
  unanswered: (entry) => riskOf(entry) === "UNANSWERED",
  high: (entry) => riskOf(entry) === "HIGH",
  medium: (entry) => riskOf(entry) === "MEDIUM",
  risk: (entry) => ["HIGH", "MEDIUM"].includes(riskOf(entry)),
  changed: (entry) => Boolean(marks?.[entry.review]?.changed.includes(entry.question)),
  mine: (entry) => Boolean(marks?.[entry.review]?.mine.includes(entry.question)),
  comments: (entry) => marks?.[entry.review]?.comments[entry.question] > 0,
  prioritised: (entry) => Boolean(marks?.[entry.review]?.prioritised.includes(entry.question)),
};

const isFiltered = () => show !== "all" || find.value.trim() !== "";

function filterQuestions() {
  const words = find.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const passes = FILTERS[show];
  const open = new Map();
  let shown = 0;
  for (const entry of entries) {
    const fits = passes(entry) && words.every((word) => entry.words.includes(word));
    if (entry.item.hidden === fits) entry.item.hidden = !fits;
    open.set(entry.pillar, (open.get(entry.pillar) ?? 0) + fits);
    shown += fits;
  }
  for (const [pillar, count] of open) showPillar(pillar, count);
  nav.querySelector(".review-nothing").hidden = shown > 0;
  follow();
  return shown;
}

/** What a filter opened is closed again with it, but for where one is. */
function showPillar(pillar, count) {
  pillar.hidden = !count;
  if (isFiltered()) {
    if (count && !pillar.open) pillar.open = Boolean((pillar.dataset.opened = "yes"));
  } else if (pillar.dataset.opened) {
    delete pillar.dataset.opened;
    pillar.open = Boolean(pillar.querySelector("[aria-current]"));
  }
}

function sayCount(shown) {
  clearTimeout(saying);
  const words = shown === 1 ? nav.dataset.one : nav.dataset.several.replace("%(count)s", shown);
  const nothing = nav.querySelector(".review-nothing").textContent;
  saying = setTimeout(() => announce(shown ? words : nothing), SAY_AFTER);
}

/** Previous and next are the neighbours of where one is among what is shown. */
function follow() {
  const { review, question } = here();
  const own = entries.filter((entry) => entry.review === review);
  const place = own.findIndex((entry) => entry.question === question);
  const isShown = (entry) => !entry.item.hidden;
  lead("k", own.slice(0, Math.max(place, 0)).findLast(isShown));
  lead("j", own.slice(place + 1).find(isShown));
}

function lead(key, entry) {
  const link = document.querySelector(`#question a[data-key="${key}"]`);
  if (!link) return;
  link.hidden = !entry;
  if (entry) link.href = entry.link.href;
}

/* Counts */

function count() {
  const own = entries.filter((entry) => entry.review === here().review);
  for (const chip of chips) {
    const { show: name } = chip.dataset;
    if (FETCHED.includes(name) && !marks) continue;
    write(chip.querySelector("[data-count]"), own.filter(FILTERS[name]).length);
  }
  const pillars = Map.groupBy ? Map.groupBy(entries, (entry) => entry.pillar) : new Map();
  for (const [pillar, all] of pillars) {
    const answered = all.filter((entry) => riskOf(entry) !== "UNANSWERED").length;
    write(pillar.querySelector("[data-done]"), `${answered} / ${all.length}`);
  }
  for (const other of nav.querySelectorAll(".review-other")) {
    const all = entries.filter((entry) => entry.review === other.dataset.review);
    const known = marks?.[other.dataset.review];
    if (all.length) {
      const answered = all.filter((entry) => riskOf(entry) !== "UNANSWERED").length;
      write(other.querySelector("[data-progress]"), `${answered} / ${all.length}`);
    } else if (known) write(other.querySelector("[data-progress]"), `${known.answered} / ${known.questions}`);
  }
}

function write(place, text) {
  if (place.textContent !== String(text)) place.textContent = text;
}

// Whoever changes a mark, the counts follow, once a frame. The filter does not: what one just
// answered stays in the list until one goes on.
let isCounting = false;
new MutationObserver(() => {
  if (isCounting) return;
  isCounting = true;
  requestAnimationFrame(() => {
    isCounting = false;
    count();
  });
}).observe(nav, { subtree: true, attributeFilter: ["data-risk"] });

/* What the page does not know by itself */

async function look() {
  clearTimeout(looking);
  const response = await fetch(nav.dataset.marksUrl, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || isSignIn(response.url)) return false;
  marks = (await response.json()).reviews;
  count();
  return true;
}

function lookAgain() {
  if (!marks) return;
  clearTimeout(looking);
  looking = setTimeout(look, LOOK_AGAIN_AFTER);
}

document.addEventListener("review:saved", lookAgain);
document.addEventListener("review:event", ({ detail: { type, data } }) => {
  if (type === "answer" || type === "milestone") lookAgain();
  if (!marks) return;
  if (type === "state") {
    for (const [review, state] of Object.entries(data.reviews ?? {})) {
      Object.assign((marks[review] ??= { changed: [], prioritised: [] }), { mine: state.mine, comments: state.comments });
    }
  }
  const known = marks[data.review];
  if (type === "comments" && known) known.comments[data.question] = data.open;
  if (type === "assignment" && known) {
    known.mine = known.mine.filter((question) => question !== data.question);
    if (String(data.assignee) === me) known.mine.push(data.question);
  }
  if (["state", "comments", "assignment"].includes(type)) count();
});

/* Acting on it */

find.addEventListener("input", () => sayCount(filterQuestions()));
find.form.addEventListener("submit", (event) => {
  event.preventDefault();
  entries.find((entry) => !entry.item.hidden)?.link.click();
});

document.addEventListener("click", async (event) => {
  const chip = event.target.closest("[data-show]");
  if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const wanted = chip.dataset.show;
  if (FETCHED.includes(wanted) && !marks && !(await look())) {
    location.assign(chip.href); // the server filters as well
    return;
  }
  show = wanted;
  for (const other of chips) {
    if (other === chip) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  find.form.elements.show.value = show;
  sayCount(filterQuestions());
});

nav.addEventListener(
  "toggle",
  async ({ target }) => {
    if (!target.matches(".review-other[open]") || "loaded" in target.dataset) return;
    target.dataset.loaded = "";
    const response = await fetch(target.dataset.listUrl, { credentials: "same-origin" }).catch(() => null);
    // Its link stays: the page of that review.
    if (!response?.ok || isSignIn(response.url)) return delete target.dataset.loaded;
    target.querySelector(".review-other-list").innerHTML = await response.text();
    readEntries();
    count();
    filterQuestions();
  },
  true,
);

// On to another question: what no longer passes the filter goes now.
document.addEventListener("review:question", () => {
  if (isFiltered()) filterQuestions();
  else follow();
});

readEntries();
if (isFiltered() && !FETCHED.includes(show)) filterQuestions();
if (window.requestIdleCallback) requestIdleCallback(look, { timeout: 3000 });
else setTimeout(look, 1000);

Object.assign(window.plumbline.review, { nothingFurther: () => announce(nav.dataset.end) });
