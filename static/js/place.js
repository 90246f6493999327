// Where one was in a review: a link to the review of a workload leads back to that question.
// Kept in this browser, for each person and workload. Without script it leads to what is unanswered.

const PLACES = `plumbline.places.${document.querySelector("[data-person]")?.dataset.person}`;
const MOST = 50; // workloads
const REVIEW = /^(\/o\/[^/]+\/workloads\/([0-9a-f-]{36})\/review\/)(?:([0-9a-f-]{36})\/)?$/;

function read() {
  try {
    const places = JSON.parse(localStorage.getItem(PLACES));
    return Array.isArray(places) ? places : [];
  } catch {
    return [];
  }
}

/** The latest first: {workload, review, questions: {review: question}}. */
function remember() {
  const workload = document.getElementById("review")?.dataset.workload;
  const { review, question } = document.getElementById("question")?.dataset ?? {};
  if (!workload || !review) return;
  const places = read();
  const known = places.find((place) => place?.workload === workload);
  const questions = { ...known?.questions, [review]: question };
  const place = { workload, review, questions };
  const kept = [place, ...places.filter((other) => other !== known)].slice(0, MOST);
  try {
    localStorage.setItem(PLACES, JSON.stringify(kept));
  } catch {
    // Storage is forbidden: nothing is remembered.
  }
}

function lead(event) {
  const link = event.target.closest?.("a[href]");
  const url = link && new URL(link.href);
  const [, start, workload, named] = (url?.origin === location.origin && !url.search && url.pathname.match(REVIEW)) || [];
  const place = workload && read().find((other) => other?.workload === workload);
  if (!place) return;
  const review = named ?? place.review;
  const question = place.questions?.[review];
  if (typeof question !== "string") return;
  link.href = `${start}?${new URLSearchParams({ review, question })}`;
}

// Before anybody else reads the address, and before the browser follows it.
for (const name of ["click", "auxclick"]) addEventListener(name, lead, { capture: true });
document.addEventListener("review:question", remember);
remember();
