// The tree by keyboard and by drag. Everything here has a button or a link that does the same.

const { isTyping, studio: actions } = window.plumbline;
const tree = () => document.getElementById("tree");
const nodes = () => [...tree().querySelectorAll(".studio-node")];
const isEditable = () => "editable" in document.getElementById("studio").dataset;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey) return;
  const act = event.altKey ? moving(event) : walking(event) ?? shortcut(event);
  if (!act) return;
  event.preventDefault();
  act();
});

/** Alt and an arrow: what has the focus goes up or down. */
function moving(event) {
  const direction = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const node = direction && event.target.closest?.("[data-node]");
  if (!node || node.dataset.node === "lens" || isTyping(event.target) || !isEditable()) return null;
  return () => actions.operate(`move ${node.dataset.node} ${direction}`);
}

/** The arrows alone walk through the tree; Delete deletes, and Undo is offered. */
function walking(event) {
  const node = event.target.closest?.(".studio-node");
  if (!node) return null;
  const all = nodes();
  const place = all.indexOf(node);
  const goal = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: all.length - 1 }[event.key];
  if (goal !== undefined) return () => all[goal]?.focus();
  if (event.key !== "Delete" || node.dataset.node === "lens" || !isEditable()) return null;
  return () => actions.operate(`delete ${node.dataset.node}`);
}

function shortcut(event) {
  if (isTyping(event.target)) return null;
  const questions = nodes().filter((node) => node.dataset.node.startsWith("question:"));
  const place = questions.findIndex((node) => node.hasAttribute("aria-current"));
  const add = document.getElementById("add-title");
  switch (event.key) {
    case "j":
      return questions[place + 1] ? () => actions.go(questions[place + 1].href) : null;
    case "k":
      return place > 0 ? () => actions.go(questions[place - 1].href) : null;
    case "t":
      return () => (tree().querySelector("[aria-current]") ?? nodes()[0]).focus();
    case "n":
      return add ? () => add.focus() : null;
    default:
      return null;
  }
}

/* Drag ------------------------------------------------------------------------------------------ */

let dragged = null;

const kindOf = (node) => node.dataset.node.split(":")[0];
const listOf = (node) => node.closest("ol[data-children]");

document.addEventListener("dragstart", (event) => {
  const node = event.target.closest?.(".studio-node[draggable=true]");
  if (!node) return;
  dragged = node;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", node.dataset.node);
});

document.addEventListener("dragover", (event) => {
  const drop = dragged && dropAt(event);
  showDrop(drop);
  if (drop) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const drop = dragged && dropAt(event);
  if (!drop) return;
  event.preventDefault();
  const address = dragged.dataset.node;
  end();
  actions.operate(`move-to ${address} ${drop.parent} ${drop.index}`);
});

document.addEventListener("dragend", end);

function end() {
  showDrop(null);
  dragged = null;
}

/** Where the dragged line would go: beside one of its kind, or to the end of a pillar. */
function dropAt(event) {
  const over = event.target.closest?.(".studio-node");
  if (!over || over === dragged || !tree().contains(over)) return null;
  const kind = kindOf(dragged);
  if (kind === "question" && kindOf(over) === "pillar") {
    return { over, isAfter: true, parent: over.dataset.node, index: 999 };
  }
  if (kindOf(over) !== kind) return null;
  const list = listOf(over);
  if (kind === "choice" && list !== listOf(dragged)) return null;
  const box = over.getBoundingClientRect();
  const isAfter = event.clientY > box.top + box.height / 2;
  const lines = [...list.children].map((item) => item.querySelector(".studio-node")).filter((line) => line !== dragged);
  return { over, isAfter, parent: list.dataset.children, index: lines.indexOf(over) + (isAfter ? 1 : 0) };
}

function showDrop(drop) {
  for (const marked of document.querySelectorAll(".is-before, .is-after")) marked.classList.remove("is-before", "is-after");
  drop?.over.classList.add(drop.isAfter ? "is-after" : "is-before");
}
