// Going from question to question without loading the page again: each way is a link.

const { whenSaved, count, closePanels } = window.plumbline.review;
const review = document.getElementById("review");
let shown = location.pathname;

let wanted = ""; // one way after the other: the last one asked for is where it ends
let isGoing = false;

function go(link) {
  whenSaved(() => {
    if (wanted === link.href) return;
    wanted = link.href;
    if (!isGoing) travel();
  });
}

async function travel() {
  isGoing = true;
  while (wanted) {
    const href = wanted;
    const left = document.getElementById("question");
    await htmx
      .ajax("GET", href, { target: "#question-pane", swap: "innerHTML", source: review })
      // Where the network is away, nothing has come and one stays where one is.
      .then(() => left.isConnected || arrived(href))
      .catch(() => {});
    if (wanted === href) wanted = "";
  }
  isGoing = false;
}

function arrived(href) {
  if (!document.getElementById("question")) return;
  if (location.href !== href) history.pushState({ question: true }, "", href);
  shown = location.pathname;
  closePanels({ focus: false });
  markCurrent();
  document.getElementById("question-pane").scrollTop = 0;
  document.getElementById("question-title").focus({ preventScroll: true });
  document.querySelectorAll("[data-limit]").forEach(count);
  const { review: ofReview, question } = document.getElementById("question").dataset;
  document.dispatchEvent(new CustomEvent("review:question", { detail: { review: ofReview, question } }));
}

function markCurrent() {
  for (const entry of document.querySelectorAll(".review-entry")) {
    const isCurrent = new URL(entry.href).pathname === location.pathname;
    entry.toggleAttribute("aria-current", isCurrent);
    if (!isCurrent) continue;
    entry.setAttribute("aria-current", "page");
    entry.closest("details").open = true;
    entry.scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-question-link]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link);
});

// Back and forth among questions; a place within the page is no other question.
addEventListener("popstate", () => location.pathname === shown || location.reload());

markCurrent();

Object.assign(window.plumbline.review, { go });
