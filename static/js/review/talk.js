// Which questions are talked about: a mark in the navigator, stronger where something is new.

const words = document.getElementById("talk-words").dataset;
const me = document.querySelector("[data-person]")?.dataset.person;
const talk = new Map(); // by review and question: {open, unread}

const keyOf = (review, question) => `${review} ${question}`;

function known(review, question) {
  const key = keyOf(review, question);
  if (!talk.has(key)) talk.set(key, { open: 0, unread: 0 });
  return talk.get(key);
}

function show() {
  for (const entry of document.querySelectorAll(".review-entry[data-question]")) {
    const review = entry.closest("[data-review]")?.dataset.review;
    const { open = 0, unread = 0 } = talk.get(keyOf(review, entry.dataset.question)) ?? {};
    let mark = entry.querySelector(".review-talk");
    if (!open && !unread) {
      mark?.remove();
      continue;
    }
    if (!mark) {
      mark = document.createElement("span");
      mark.append(document.createElement("span"), document.createElement("span"));
      mark.firstChild.setAttribute("aria-hidden", "true");
      mark.lastChild.className = "visually-hidden";
      entry.querySelector("small").prepend(mark);
    }
    const said = unread ? words.unread : words.open;
    mark.className = unread ? "review-talk review-talk-new" : "review-talk";
    mark.title = said.replace("%(n)s", unread || open);
    mark.firstChild.textContent = unread || open;
    mark.lastChild.textContent = `${mark.title}, `;
  }
}

document.addEventListener("review:event", ({ detail: { type, data } }) => {
  if (type === "state") {
    talk.clear();
    for (const [review, state] of Object.entries(data.reviews ?? {})) {
      for (const [question, open] of Object.entries(state.comments)) known(review, question).open = open;
      for (const [question, unread] of Object.entries(state.unread)) known(review, question).unread = unread;
    }
    show();
  }
  if (type === "comments") {
    const place = known(data.review, data.question);
    // How many are new is told with the next state; that something is, at once.
    if (data.by !== me && data.is_new) place.unread += 1;
    place.open = data.open;
    show();
  }
});

document.addEventListener("review:read", ({ detail: { review, question } }) => {
  known(review, question).unread = 0;
  show();
});

document.addEventListener("review:question", show);
