// Evidence: files are dropped, pasted or chosen and sent one after the other, with their progress.
// Everything works without this: the form has an action, every piece a link.

const { announce } = window.plumbline;
const section = () => document.getElementById("evidence");
const form = () => section()?.querySelector("[data-evidence-form]");
const words = () => section().querySelector("[data-evidence-words]").dataset;

/* Sending ------------------------------------------------------------------------------------- */

let queue = Promise.resolve();

/** Sends what the form holds; the answer is the section, its form empty or with what is wrong. */
function sendForm() {
  const data = new FormData(form());
  const file = data.get("file");
  return enqueue(data, file?.name ? file : null, show);
}

/** Sends a file that was dropped or pasted; what is typed in the form stays as it is. */
function sendFile(file, practice) {
  const data = new FormData();
  data.append("practice", practice);
  data.append("file", file, file.name);
  return enqueue(data, file, (fresh, isAdded) => {
    if (isAdded) showList(fresh);
    else problem(`${file.name}: ${errorsIn(fresh)}`);
  });
}

function enqueue(data, file, done) {
  const { review, question } = section().dataset;
  const target = { url: form().action, review, question, done };
  const said = { ...words(), limit: Number(form().dataset.limitBytes) };
  queue = queue.then(() => upload(target, data, file, said));
  return queue;
}

function tooLarge(name, said) {
  const limit = `${Math.floor(said.limit / 1048576)} MB`;
  problem(said.tooLarge.replace("%(name)s", name).replace("%(limit)s", limit));
}

function upload(target, data, file, said) {
  const name = file?.name ?? "";
  // Before a byte is sent; the server asks again.
  if (file && file.size > said.limit) return tooLarge(name, said);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", target.url);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRFToken", document.querySelector('meta[name="csrf-token"]').content);
    request.upload.addEventListener("progress", (event) => {
      if (name && event.lengthComputable) showProgress(name, (100 * event.loaded) / event.total, said);
    });
    request.addEventListener("loadend", () => {
      showProgress(name, null, said);
      arrived(target, request, name, said);
      done();
    });
    request.send(data);
  });
}

function arrived(target, request, name, said) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const fresh = page.getElementById("evidence");
  if (fresh) {
    const isHere = section()?.dataset.question === target.question && section().dataset.review === target.review;
    if (isHere) target.done(fresh, request.status === 200);
    return;
  }
  if (request.status === 413) return tooLarge(name, said);
  const isSignedOut = page.querySelector("input[name=login], [data-csrf-failure]");
  const notice = page.querySelector("[data-error-notice]")?.textContent.trim();
  problem(isSignedOut ? said.signedOut : notice || said.failed.replace("%(name)s", name));
}

const errorsIn = (fresh) =>
  [...fresh.querySelectorAll(".field-errors li, .notice li")].map((each) => each.textContent.trim()).join(" ");

function show(fresh, isAdded) {
  const add = fresh.querySelector("#evidence-add");
  if (add) add.open = !isAdded;
  section().replaceWith(document.adoptNode(fresh));
  htmx.process(section());
  count();
  const wrong = section().querySelector("[aria-invalid=true]");
  (wrong ?? section().querySelector("#evidence-add > summary"))?.focus();
  if (isAdded) sayAdded();
  else announce(errorsIn(section()), { urgent: true });
}

function showList(fresh) {
  const list = document.getElementById("evidence-list");
  list.replaceWith(document.adoptNode(fresh.querySelector("#evidence-list")));
  htmx.process(document.getElementById("evidence-list"));
  count();
  sayAdded();
}

function sayAdded() {
  const { added } = words();
  announce(added.replace("%(count)s", section().querySelectorAll(".evidence-pieces > li").length));
}

function showProgress(name, percent, said) {
  const line = section()?.querySelector("[data-progress]");
  if (!line) return;
  line.hidden = percent === null;
  if (percent === null) return;
  line.querySelector("progress").value = percent;
  line.querySelector("span").textContent = said.sending.replace("%(name)s", name).replace("%(percent)s", Math.round(percent));
}

function problem(text) {
  const line = section()?.querySelector("[data-problem]");
  if (!line) return window.plumbline.toast(text, { level: "error" });
  line.hidden = false;
  line.textContent = text;
  return undefined;
}

document.addEventListener("submit", (event) => {
  if (!form() || event.target !== form()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  clearProblem();
  sendForm();
});

function clearProblem() {
  const line = section().querySelector("[data-problem]");
  if (line) line.hidden = true;
}

/* Dropping and pasting ------------------------------------------------------------------------ */

/** Where files may be dropped: the section, or a practice of the question, which it then is for. */
function dropTarget(event) {
  if (!form() || !event.dataTransfer?.types.includes("Files")) return null;
  return event.target.closest?.("#evidence[data-drop], [data-choice]:has([data-evidence-add])") ?? null;
}

document.addEventListener("dragover", (event) => {
  const target = dropTarget(event);
  for (const shown of document.querySelectorAll(".is-dragged-over")) {
    if (shown !== target) shown.classList.remove("is-dragged-over");
  }
  if (!target) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  target.classList.add("is-dragged-over");
});

for (const name of ["dragleave", "dragend", "drop"]) {
  document.addEventListener(name, (event) => {
    if (name === "dragleave" && event.relatedTarget) return;
    for (const shown of document.querySelectorAll(".is-dragged-over")) shown.classList.remove("is-dragged-over");
  });
}

document.addEventListener("drop", (event) => {
  const target = dropTarget(event);
  if (!target) return;
  event.preventDefault();
  const practice = target.querySelector("[data-evidence-add]")?.dataset.evidenceAdd;
  take([...event.dataTransfer.files], practice);
});

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const add = section()?.querySelector("#evidence-add");
  if (!files.length || !form() || !(add.open || event.target.closest?.("#evidence"))) return;
  if (event.target.closest?.("textarea, #answer")) return;
  event.preventDefault();
  take(files.map(named));
});

/** What is pasted has no name of its own. */
function named(file) {
  if (file.name && file.name !== "image.png") return file;
  const moment = new Date().toISOString().slice(0, 16).replace("T", " ").replace(":", ".");
  return new File([file], `${words().screenshot} ${moment}.png`, { type: file.type });
}

function take(files, practice) {
  open(practice);
  clearProblem();
  for (const file of files) sendFile(file, form().elements.practice.value);
}

/* The way from a practice to the form ----------------------------------------------------------- */

function open(practice) {
  const add = section().querySelector("#evidence-add");
  add.open = true;
  if (practice) form().elements.practice.value = practice;
  return add;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-evidence-add]");
  if (!link || !form() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const pane = document.getElementById("insight");
  if (pane && getComputedStyle(pane).display === "none") {
    document.querySelector('.review-panel-button[data-panel="insight"]')?.click();
  }
  const add = open(link.dataset.evidenceAdd);
  add.scrollIntoView({ block: "nearest" });
  form().elements.title.focus();
}, true);

/* What others add, and the counts in the folds ---------------------------------------------------- */

function refresh() {
  const list = document.getElementById("evidence-list");
  if (!list) return;
  const select = section() ? "#evidence-list" : undefined;
  const swap = section() ? "outerHTML" : "innerHTML";
  htmx.ajax("GET", list.dataset.url, { target: list, select, swap, source: list }).then(count);
}

/** Says in each fold how much evidence its practice has. */
function count() {
  if (!section()) return;
  const practices = [...section().querySelectorAll("[data-practice]")];
  const counts = new Map(practices.map((each) => [each.dataset.practice, Number(each.dataset.count)]));
  const total = [...counts.values()].reduce((sum, each) => sum + each, 0);
  document.getElementById("evidence-count").textContent = total || "";
  for (const line of document.querySelectorAll("[data-evidence-count]")) {
    const many = counts.get(line.dataset.evidenceCount) ?? 0;
    line.textContent = many ? (many === 1 ? line.dataset.one : line.dataset.many.replace("%(count)s", many)) : "";
  }
}

document.addEventListener("evidence-changed", refresh);
document.addEventListener("htmx:afterSettle", count);
document.addEventListener("review:event", (event) => {
  const { type, data } = event.detail;
  if (type !== "evidence" || !section()) return;
  if (data.review === section().dataset.review && data.question === section().dataset.question) refresh();
});

count();
