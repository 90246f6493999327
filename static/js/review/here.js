// The list of who is here in the insight pane: kept true by the stream's events.

const me = document.querySelector("[data-person]").dataset.person;
const where = (person) => `/review/${person.review}/${encodeURIComponent(person.question)}/`;
let people = null;

/** What the question is called in the navigator; one of another lens is not in it. */
function titleOf(person, texts) {
  const { review, question } = document.getElementById("question")?.dataset ?? {};
  if (person.review === review && person.question === question) return texts.same;
  const entry = document.querySelector(`.review-entry[href*="${CSS.escape(where(person))}"]`);
  return entry?.querySelector(".review-entry-title")?.textContent.trim() || texts.other;
}

function item(person, mould, address) {
  const element = mould.content.firstElementChild.cloneNode(true);
  element.querySelector(".avatar").textContent = person.initials;
  element.querySelector("[data-name]").textContent = person.name;
  const place = element.querySelector("[data-place]");
  if (person.question) {
    place.textContent = titleOf(person, place.dataset);
    place.href = `${address}${where(person)}`;
  } else {
    place.remove();
  }
  return element;
}

function show() {
  const section = document.getElementById("here-now");
  // Before the first event what the server wrote stands.
  if (!section || !people) return;
  const others = people.filter(({ id }) => String(id) !== me);
  const mould = document.getElementById("here-now-mould");
  const items = others.map((person) => item(person, mould, section.dataset.address));
  section.querySelector("ul").replaceChildren(...items);
  section.hidden = !others.length;
}

document.addEventListener("review:event", ({ detail: { data } }) => {
  if (!data.people) return;
  people = data.people;
  show();
});
document.addEventListener("review:question", show);
document.addEventListener("htmx:afterSettle", show);
