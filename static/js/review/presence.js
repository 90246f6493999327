// Who is here, and at which question: told by the stream, shown in the bar and the navigator.

const shared = window.plumbline.review;
const review = document.getElementById("review");
const bar = document.getElementById("people-bar");
const [person, more] = document.getElementById("people-moulds").content.children;
const me = document.querySelector("[data-person]").dataset.person;
const IN_BAR = 4;
const AT_A_QUESTION = 3;
const PAUSE = 400; // who leafs through the questions looks at none of them

let people = [];
let timer = 0;

function avatar({ name, initials }) {
  const element = person.cloneNode(true);
  element.textContent = initials;
  element.title = name;
  element.setAttribute("aria-label", name);
  return element;
}

function avatars(those, most) {
  const shown = those.slice(0, those.length > most ? most - 1 : most).map(avatar);
  const rest = those.slice(shown.length);
  if (!rest.length) return shown;
  const element = more.cloneNode(true);
  element.textContent = `+${rest.length}`;
  element.title = rest.map(({ name }) => name).join(", ");
  element.setAttribute("aria-label", element.title);
  return [...shown, element];
}

function show() {
  const others = people.filter(({ id }) => String(id) !== me);
  bar.replaceChildren(
    ...avatars(others, IN_BAR).map((element) => {
      const item = document.createElement("li");
      item.append(element);
      return item;
    }),
  );
  document.querySelectorAll(".review-entry-people").forEach((place) => place.remove());
  const byPlace = Map.groupBy?.(others, placeOf) ?? group(others);
  for (const [place, those] of byPlace) {
    const entry = place && document.querySelector(`.review-entry[href*="${CSS.escape(place)}"]`);
    if (!entry) continue;
    const box = document.createElement("span");
    box.className = "avatars review-entry-people";
    box.append(...avatars(those, AT_A_QUESTION));
    entry.querySelector(".review-entry-title").after(box);
  }
}

const placeOf = ({ review: ofReview, question }) =>
  question ? `/review/${ofReview}/${encodeURIComponent(question)}/` : "";

function group(those) {
  const groups = new Map();
  for (const each of those) groups.set(placeOf(each), [...(groups.get(placeOf(each)) ?? []), each]);
  return groups;
}

document.addEventListener("review:event", ({ detail: { type, data } }) => {
  if (!data.people) return;
  people = data.people;
  show();
  // A stream that the browser opened again says where one was when it was first opened.
  if (type === "state" && shared.place !== document.getElementById("question")?.dataset.question) look();
});

/* Which question is looked at */

function look() {
  clearTimeout(timer);
  timer = setTimeout(post, PAUSE);
}

function post() {
  const question = document.getElementById("question");
  if (!review.dataset.presenceUrl || document.hidden || !question) return;
  const { review: ofReview, question: id } = question.dataset;
  // Nobody is told of a failure: the next event of the stream puts it right.
  fetch(review.dataset.presenceUrl, {
    method: "POST",
    body: new URLSearchParams({ tab: shared.queue.tab, review: ofReview, question: id }),
    headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
  }).catch(() => {});
}

document.addEventListener("review:question", look);
