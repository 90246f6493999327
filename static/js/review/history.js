// The history beside a question follows the answers that come in, whoever gave them.

const PAUSE = 1500; // an answer is rarely the only one
let timer = 0;

document.addEventListener("review:event", (event) => {
  const { type, data } = event.detail;
  const section = document.getElementById("history");
  if (type !== "answer" || !section) return;
  if (data.review !== section.dataset.review || data.question !== section.dataset.question) return;
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
});

function refresh() {
  const section = document.getElementById("history");
  // Whoever has a button of it in focus is about to press it: after that it is new anyway.
  if (section && !section.contains(document.activeElement)) htmx.trigger(section, "refresh-history");
}
