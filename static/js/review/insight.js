// The insight pane: ticking a practice there ticks it in the question.

const body = document.getElementById("insight-body");
let wasIn = null; // what had the focus when the pane was about to be replaced

document.addEventListener("change", (event) => {
  const tick = event.target.closest?.("[data-tick]");
  if (!tick) return;
  const box = document.getElementById(`choice-${tick.dataset.tick}`);
  if (box && !box.disabled && box.checked !== tick.checked) box.click();
  // The same practice may stand in several ways.
  for (const same of body.querySelectorAll(`[data-tick="${CSS.escape(tick.dataset.tick)}"]`)) same.checked = tick.checked;
});

/* A save replaces the pane: the focus stays with what is there now. */
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target !== body) return;
  wasIn = body.contains(document.activeElement) ? document.activeElement.dataset.tick ?? "" : null;
});

document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target !== body || wasIn === null) return;
  const next =
    body.querySelector(`[data-tick="${CSS.escape(wasIn)}"]`) ??
    body.querySelector("[data-tick]") ??
    document.getElementById("risk-now");
  next?.focus({ preventScroll: true });
  wasIn = null;
});

/* What changed since the milestone is another after each save, mine or a colleague's. */
let waiting = 0;
let isAsking = false;
let isAskedAgain = false;

function refreshSince() {
  clearTimeout(waiting);
  waiting = setTimeout(askSince, 1500); // an answer is rarely the only one
}

// Another question brings its own.
document.addEventListener("review:question", () => clearTimeout(waiting));

/** One request at a time: one that is broken off would count as a failure. */
async function askSince() {
  const since = document.getElementById("since");
  if (!since) return;
  if (isAsking) {
    isAskedAgain = true;
    return;
  }
  isAsking = true;
  await htmx.ajax("GET", since.dataset.url, { source: since, target: since, swap: "outerHTML" }).catch(() => {});
  isAsking = false;
  if (!isAskedAgain) return;
  isAskedAgain = false;
  askSince();
}

document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target === body) refreshSince();
});
document.addEventListener("review:event", (event) => {
  const { type, data } = event.detail;
  const question = document.getElementById("question")?.dataset.question;
  if (type === "milestone" || (type === "answer" && data.question === question)) refreshSince();
});
