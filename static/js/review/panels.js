// Navigator and insight on small screens: sheets over the question. While one is open nothing else
// can be reached, Esc and a drag downwards close it, and the focus goes back to where it was.

const DRAG_CLOSES = 90; // pixels
const STAYS = "script, style, link, template, dialog, #live, #alert, #toasts, .sheet-backdrop";
const SMALL = { navigator: matchMedia("(max-width: 700px)"), insight: matchMedia("(max-width: 1100px)") };

const backdrop = document.createElement("div");
backdrop.className = "sheet-backdrop";
backdrop.hidden = true;
document.body.append(backdrop);

let shown = null; // {panel, opener, silenced}

function open(panel, opener) {
  closePanels({ focus: false });
  panel.classList.add("is-open-panel");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-modal", "true");
  shown = { panel, opener, silenced: silence(panel) };
  document.documentElement.classList.add("has-sheet");
  backdrop.hidden = false;
  opener?.setAttribute("aria-expanded", "true");
  (panel.querySelector("[aria-current=page]") ?? panel.querySelector(".review-panel-close")).focus();
}

/** Everything beside the panel and beside what it stands in, up to the body, is out of reach. */
function silence(panel) {
  const found = [];
  for (let inner = panel; inner !== document.body; inner = inner.parentElement) {
    for (const other of inner.parentElement.children) {
      if (other !== inner && !other.inert && !other.matches(STAYS)) found.push(other);
    }
  }
  for (const other of found) other.inert = true;
  return found;
}

function closePanels({ focus = true } = {}) {
  if (!shown) return;
  const { panel, opener, silenced } = shown;
  shown = null;
  panel.classList.remove("is-open-panel");
  panel.style.removeProperty("translate");
  panel.removeAttribute("role");
  panel.removeAttribute("aria-modal");
  for (const other of silenced) other.inert = false;
  document.documentElement.classList.remove("has-sheet");
  backdrop.hidden = true;
  opener?.setAttribute("aria-expanded", "false");
  if (focus) opener?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-panel]");
  if (!button) return;
  const panel = document.getElementById(button.dataset.panel);
  if (shown?.panel === panel) closePanels();
  else open(panel, button);
});
backdrop.addEventListener("click", () => closePanels());

for (const small of Object.values(SMALL)) {
  small.addEventListener("change", () => {
    // In its place again it is no sheet any more.
    if (shown && !SMALL[shown.panel.id].matches) closePanels({ focus: false });
  });
}

addEventListener(
  "keydown",
  (event) => {
    if (!shown || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      closePanels();
    }
    if (event.key === "Tab") goRound(event);
  },
  { capture: true },
);

/** From the last thing in the sheet on to the first, and back. */
function goRound(event) {
  const all = [...shown.panel.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
  const stops = all.filter((each) => !each.disabled && each.tabIndex >= 0 && each.checkVisibility());
  const [first, last] = [stops[0], stops.at(-1)];
  const here = document.activeElement;
  const isOutside = !shown.panel.contains(here);
  if (event.shiftKey ? here === first || here === shown.panel || isOutside : here === last || isOutside) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}

/* Dragged down by its handle */

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest(".sheet-handle");
  if (!handle || !shown) return;
  const { panel } = shown;
  const from = event.clientY;
  handle.setPointerCapture(event.pointerId);
  const move = ({ clientY }) => (panel.style.translate = `0 ${Math.max(0, clientY - from)}px`);
  const end = ({ type, clientY }) => {
    handle.removeEventListener("pointermove", move);
    panel.style.removeProperty("translate");
    if (type === "pointerup" && clientY - from > DRAG_CLOSES) closePanels();
  };
  handle.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) handle.addEventListener(name, end, { once: true });
});

for (const button of document.querySelectorAll(".review-panel-button")) {
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", "false");
}

Object.assign(window.plumbline.review, { closePanels });
