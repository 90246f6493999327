// What others do appears here as it happens: one stream of events a tab, none while it is hidden.
// Other modules listen to `review:event` (detail {type, data}), not to the stream.

const { announce } = window.plumbline;
const { refresh, notify, queue, putParts } = window.plumbline.review;
const review = document.getElementById("review");
const paused = document.getElementById("live-paused");
const me = document.querySelector("[data-person]").dataset.person;
const TYPES = ["state", "answer", "comments", "assignment", "evidence", "milestone", "upgraded", "presence", "ended"];
const RECONNECT_AFTER = [2000, 5000, 15_000, 30_000];
const PATIENCE = 4000; // milliseconds without a stream until it is worth saying
const PROGRESS_EVERY = 1000;
const CHANGED_FOR = 60_000;
const SAID_AT_MOST_EVERY = 10_000;

const shown = () => document.getElementById("question")?.dataset ?? {};

let stream = null;
let failures = 0;
let hasEnded = false;
let reconnecting = 0;
let complaining = 0;

function connect() {
  clearTimeout(reconnecting);
  if (stream || hasEnded || document.hidden || !review.dataset.eventsUrl) return;
  stream = new EventSource(addressOfStream());
  for (const type of TYPES) {
    stream.addEventListener(type, (event) => {
      arrived();
      tell(type, JSON.parse(event.data || "{}"));
    });
  }
  stream.onopen = arrived;
  stream.onerror = () => {
    complaining ||= setTimeout(() => (paused.hidden = false), PATIENCE);
    // The browser comes back by itself after a break, not after a refusal.
    if (stream?.readyState !== EventSource.CLOSED) return;
    close();
    const delay = RECONNECT_AFTER[Math.min(failures, RECONNECT_AFTER.length - 1)];
    failures += 1;
    reconnecting = setTimeout(connect, delay * (0.75 + Math.random() / 2));
  };
}

/** The stream is told where one is; presence.js tells it when that changes. */
function addressOfStream() {
  const address = new URL(review.dataset.eventsUrl, location.href);
  const { review: ofReview, question } = shown();
  for (const [name, value] of Object.entries({ tab: queue.tab, review: ofReview, question })) {
    if (value) address.searchParams.set(name, value);
  }
  window.plumbline.review.place = question;
  return address;
}

function arrived() {
  failures = 0;
  clearTimeout(complaining);
  complaining = 0;
  paused.hidden = true;
  review.dataset.listening = "";
}

function close() {
  stream?.close();
  stream = null;
  delete review.dataset.listening;
}

function tell(type, data) {
  document.dispatchEvent(new CustomEvent("review:event", { detail: { type, data } }));
}

document.addEventListener("visibilitychange", () => (document.hidden ? close() : connect()));
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => event.persisted && connect());
addEventListener("online", connect);
document.addEventListener("session-restored", connect);

/* What the review itself shows of it */

const revisions = new Map(); // of the answers of each review, as far as this page has shown them
revisions.set(shown().review, Number(review.dataset.answersRevision));

const seen = (ofReview, revision) => revisions.set(ofReview, Math.max(revision, revisions.get(ofReview) ?? 0));

document.addEventListener("review:event", ({ detail: { type, data } }) => {
  if (type === "state") takeState(data);
  if (type === "answer") takeAnswer(data);
  if (type === "upgraded" && data.review === shown().review) notify("upgraded");
  if (type === "ended") {
    hasEnded = true;
    close();
    notify("ended");
  }
});

/** All that may have been missed. */
function takeState({ reviews }) {
  const ofReview = shown().review;
  const state = reviews?.[ofReview];
  if (!state) return;
  for (const mark of document.querySelectorAll(".review-entry-mark")) {
    const place = placeOf(mark.closest("a"));
    if (place?.review === ofReview) showMark(mark, state.risks[place.question] ?? "UNANSWERED");
  }
  if (state.revision > (revisions.get(ofReview) ?? 0)) {
    refresh();
    showProgress();
  }
  seen(ofReview, state.revision);
}

function takeAnswer(data) {
  seen(data.review, data.answers_revision ?? 0);
  setMark(data);
  if (queue.isOwn(data.key)) return; // its save has brought the counts along
  showProgress();
  const here = shown();
  if (data.review !== here.review || data.question !== here.question) return;
  sayWho(data);
  refresh(data.revision);
}

document.addEventListener("review:saved", ({ detail }) => {
  if (detail.risk) setMark(detail);
  const here = shown();
  if (detail.review === here.review && detail.question === here.question) refresh();
  else showProgress(); // saved in the background: its answer's parts were not put in
});

function placeOf(link) {
  const [, ofReview, question] = new URL(link.href).pathname.match(/\/review\/([^/]+)\/([^/]+)\/$/) ?? [];
  return ofReview && { review: ofReview, question: decodeURIComponent(question) };
}

function setMark({ review: ofReview, question, risk }) {
  const path = `/review/${ofReview}/${encodeURIComponent(question)}/`;
  const entry = document.querySelector(`.review-entry[href*="${CSS.escape(path)}"]`);
  if (entry) showMark(entry.querySelector(".review-entry-mark"), risk);
}

function showMark(mark, risk) {
  if (mark.dataset.risk === risk) return;
  const mould = document.getElementById("mark-moulds").content.querySelector(`[data-risk="${risk}"]`);
  mark.replaceChildren(...mould.cloneNode(true).childNodes);
  mark.dataset.risk = risk;
}

/* The counts of the navigator, at most once a second. */

let asked = 0;
let isAsking = false;

function showProgress() {
  if (isAsking) return;
  isAsking = true;
  setTimeout(ask, Math.max(0, asked + PROGRESS_EVERY - Date.now()));
}

function ask() {
  isAsking = false;
  asked = Date.now();
  const form = document.getElementById("answer");
  if (!form) return;
  // A count is no reason for a message: without it the page is a little behind.
  fetch(`${new URL(form.action).pathname}?part=progress`, { headers: { "HX-Request": "true" } })
    .then((response) => (response.ok && !window.plumbline.isSignIn(response.url) ? response.text() : ""))
    .then((text) => text && form.isConnected && putParts(text))
    .catch(() => {});
}

/* Who changed the question that is shown: a quiet line, for a minute. */

let saidAt = 0;
let fading = 0;

function sayWho({ by, by_name: name }) {
  const line = document.getElementById("changed-by");
  line.textContent = String(by) === me ? line.dataset.own : line.dataset.words.replace("%(name)s", name);
  line.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => (line.hidden = true), CHANGED_FOR);
  if (Date.now() - saidAt < SAID_AT_MOST_EVERY) return;
  saidAt = Date.now();
  announce(line.textContent);
}

connect();
