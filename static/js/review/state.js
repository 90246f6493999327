// How saving stands, for the eye and for the ear: the words are moulds in templates/reviews/live.html.

const { announce } = window.plumbline;
const place = document.getElementById("save-state");
const moulds = document.getElementById("save-moulds").content;
const SAID_AT_MOST_EVERY = 15_000; // milliseconds: who types is not talked over
const PROBLEMS = new Set(["offline", "failed", "session", "memory", "refused", "denied"]);

let shown = "";
let savedAt = 0;
let saidAt = 0;

/** Show a state; `detail` is what the server said of it, `after` adds what it led to. */
function showState(name, { detail = "", after = "", isTick = false } = {}) {
  const was = shown;
  shown = name;
  place.classList.toggle("save-state-failed", PROBLEMS.has(name));
  place.dataset.state = name;
  if (!name) return place.replaceChildren();
  const mould = moulds.querySelector(`[data-state="${name}"]`);
  if (was !== name || detail) place.replaceChildren(...mould.cloneNode(true).childNodes);
  if (detail) place.querySelector("[data-detail]").textContent = detail;
  if (name === "saved") {
    savedAt = Date.now();
    showAge();
  }
  say(name, was, mould.dataset.said ?? place.textContent.trim(), after, isTick);
}

function say(name, was, words, after, isTick) {
  if (name === "saving" || (PROBLEMS.has(name) && was === name)) return;
  const isPressing = PROBLEMS.has(name) || PROBLEMS.has(was) || isTick;
  if (!isPressing && Date.now() - saidAt < SAID_AT_MOST_EVERY) return;
  saidAt = Date.now();
  announce([words, after].filter(Boolean).join(". "), { urgent: PROBLEMS.has(name) });
}

/** "Saved 2 s ago": for the eye only, it changes all the time. */
function showAge() {
  const age = place.querySelector("[data-age]");
  if (!age) return;
  const seconds = Math.round((Date.now() - savedAt) / 1000);
  let words = "";
  if (seconds >= 60) words = age.dataset.minutes.replace("%(n)s", Math.floor(seconds / 60));
  else if (seconds >= 2) words = age.dataset.seconds.replace("%(n)s", seconds < 10 ? seconds : seconds - (seconds % 10));
  if (age.textContent !== words) age.textContent = words;
}

setInterval(showAge, 1000);

/* Notices over the panes: what was left from earlier, and what happened to the review. */

/** Show a notice of `live.html`, its link leading to a question; the same one is not shown twice. */
function notify(name, { url = "", title = "", detail = "", onDiscard = null } = {}) {
  const region = document.getElementById("review-live");
  const id = `${name} ${url}`;
  for (const other of region.children) if (other.dataset.about === id) other.remove();
  const notice = document
    .querySelector(`#live-moulds`)
    .content.querySelector(`[data-notice="${name}"]`)
    .cloneNode(true);
  notice.dataset.about = id;
  const link = notice.querySelector("[data-link]");
  if (link && url) Object.assign(link, { href: url, textContent: title });
  const text = notice.querySelector("[data-detail]");
  if (text) text.textContent = detail;
  notice.querySelector("[data-discard]")?.addEventListener("click", () => {
    onDiscard?.();
    notice.remove();
  });
  region.append(notice);
}

/** Put the parts of a page from the server in their places (hx-swap-oob), and nothing else. */
function putParts(html) {
  htmx.swap(place, html, { swapStyle: "none" }, { eventInfo: { target: place, elt: place } });
}

Object.assign(window.plumbline.review, {
  putParts,
  showState,
  notify,
  isTrouble: () => PROBLEMS.has(shown),
});
