// The review by keyboard alone. No key fires while somebody types, nor behind a dialog or a menu.

const { isTyping } = window.plumbline;
const { whenSaved, closePanels, nothingFurther } = window.plumbline.review;
const review = document.getElementById("review");
const find = document.getElementById("find");
const AFTER_G = 1000; // milliseconds
const PATIENCE = 5000;

let afterG = 0;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest?.("#review")) {
    closePanels();
    event.target.blur?.();
    return;
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  // A key that is held would tick and untick, or run through the lens.
  if (event.repeat || event.isComposing || isTyping(event.target)) return;
  const act = action(event);
  if (!act) return;
  event.preventDefault();
  act();
});

function action(event) {
  // With Caps Lock a letter is the same key.
  const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  const isAfterG = Date.now() - afterG < AFTER_G;
  afterG = 0;
  if (isAfterG) {
    if (key !== "p") return null;
    return () => whenSaved(() => location.assign(review.dataset.planUrl));
  }
  switch (key) {
    case "g":
      return () => (afterG = Date.now());
    case "m":
      return () => document.getElementById("notes").focus();
    case "c":
      return comment;
    case "/":
      return () => reveal(find, "navigator");
    case "Enter": {
      const more = event.target.closest?.(".choice")?.querySelector("details");
      return more && event.target.matches("input") ? () => (more.open = !more.open) : null;
    }
    default:
      return press(key);
  }
}

/** The link or the box that carries the key. */
function press(key) {
  if (key.length !== 1) return null;
  const target = document.querySelector(`#question [data-key="${CSS.escape(key)}"]`);
  if (!target || target.matches(":disabled")) return null;
  if (target.hidden) return nothingFurther;
  return () => {
    target.click();
    if (target.matches("input")) target.focus(); // a screen reader says the box and its new state
  };
}

/** Where a comment is written is loaded after the question: the key waits for it. */
function comment() {
  const field = () => document.getElementById("comment-text");
  if (field()) return reveal(field(), "insight");
  const until = Date.now() + PATIENCE;
  const waiting = setInterval(() => {
    if (Date.now() > until || isTyping(document.activeElement)) clearInterval(waiting);
    else if (field()) {
      clearInterval(waiting);
      reveal(field(), "insight");
    }
  }, 100);
}

/** Focus a field that may be in a panel which a small screen keeps closed. */
function reveal(field, panel) {
  const isClosed = !field.checkVisibility();
  if (isClosed && field.closest(`#${panel}`)) document.querySelector(`.review-panel-button[data-panel="${panel}"]`)?.click();
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  field.focus();
  field.scrollIntoView({ block: "nearest" });
}
