// The behaviour of the frame. Every page works without it: links have addresses, forms have actions,
// menus are popovers, dialogs open by their buttons. Pages add modules of their own.

const root = document.documentElement;
const words = document.getElementById("words").dataset;

function remember(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // Storage is forbidden: the choice holds for this page.
  }
}

/* Saying things ------------------------------------------------------------------------------- */

/** Says `message` to screen readers: politely, or at once for what must not be missed. */
function announce(message, { urgent = false } = {}) {
  const region = document.getElementById(urgent ? "alert" : "live");
  region.textContent = "";
  // A change in the same turn as the emptying would be taken for no change at all.
  setTimeout(() => (region.textContent = message), 50);
}

/** Shows a message in the corner; errors and warnings stay until they are dismissed. */
function toast(message, { level = "success", link = null } = {}) {
  const box = document.getElementById("toasts");
  const element = document.getElementById("toast-mould").content.firstElementChild.cloneNode(true);
  element.classList.add(`toast-${level}`);
  const icons = [...element.querySelectorAll(".toast-icon")];
  for (const icon of icons) {
    if (icon.dataset.level === level) icon.replaceWith(icon.firstElementChild);
    else icon.remove();
  }
  const text = element.querySelector("[data-message]");
  text.textContent = message;
  if (link) {
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: link.url, textContent: link.text, target: "_blank" });
    text.append(" ", anchor);
  }
  for (const shown of box.querySelectorAll("[data-message]")) {
    if (shown.textContent === text.textContent) shown.closest(".toast").remove();
  }
  const urgent = level === "error" || level === "warning";
  if (urgent) element.dataset.keep = "";
  box.append(element);
  announce(message, { urgent });
  startLeaving(element);
  return element;
}

function startLeaving(element) {
  if ("keep" in element.dataset) return;
  let timer = 0;
  const start = () => (timer = setTimeout(() => element.remove(), 6000));
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) element.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) element.addEventListener(name, start);
  start();
}

document.querySelectorAll(".toast").forEach(startLeaving);

// Modules of single pages come after this one and share these; importing it from its hashed address
// and from its plain one would run it twice.
window.plumbline = { announce, toast, isTyping, isSignIn, sayExpired, renewToken };

/* Pressing things ----------------------------------------------------------------------------- */

const hasCommands = "commandForElement" in HTMLButtonElement.prototype;

document.addEventListener("click", async (event) => {
  const target = event.target.closest("button, [data-dismiss]");
  if (!target) return;
  if ("dismiss" in target.dataset) target.closest(".toast, .notice")?.remove();
  if ("railFold" in target.dataset) foldRail();
  if ("copy" in target.dataset) await copy(target);
  if (!hasCommands && target.hasAttribute("commandfor")) runCommand(target);
});

/** Browsers before 2026 do not know `command` yet. */
function runCommand(button) {
  const dialog = document.getElementById(button.getAttribute("commandfor"));
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (button.getAttribute("command") === "show-modal") dialog.showModal();
  if (button.getAttribute("command") === "close") dialog.close();
}

function foldRail() {
  const folded = root.dataset.rail === "folded" ? "" : "folded";
  root.dataset.rail = folded;
  remember("plumbline.rail", folded);
  showFold();
}

function showFold() {
  const folded = String(root.dataset.rail === "folded");
  document.querySelector("[data-rail-fold]")?.setAttribute("aria-pressed", folded);
}

showFold();

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(words.copied);
  } catch {
    toast(words.notCopied, { level: "warning" });
  }
}

/* Light and dark ------------------------------------------------------------------------------ */

for (const input of document.querySelectorAll("[data-theme-switch] input")) {
  input.checked = input.value === (root.dataset.theme ?? "system");
  input.addEventListener("change", () => {
    if (input.value === "system") delete root.dataset.theme;
    else root.dataset.theme = input.value;
    remember("plumbline.theme", input.value === "system" ? "" : input.value);
  });
}

/* Menus: the arrow keys walk through an open one ------------------------------------------------ */

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = step && event.target.closest?.(".menu");
  if (!menu || event.target.matches("input")) return;
  const items = [...menu.querySelectorAll(".menu-item")];
  const next = items[(items.indexOf(event.target) + step + items.length) % items.length];
  next?.focus();
  event.preventDefault();
});

document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.matches?.(".menu")) return;
    if (event.newState === "open") placeMenu(event.target);
  },
  true,
);

/** Where the browser cannot anchor a popover, it is placed under its button. */
function placeMenu(menu) {
  if (CSS.supports("position-area", "block-end")) return;
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  const box = button?.getBoundingClientRect();
  if (!box) return;
  const start = menu.classList.contains("menu-start");
  const left = start ? box.left : box.right - menu.offsetWidth;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${box.bottom}px`;
}

/* Tabs: on a narrow screen the current one is scrolled into sight */

for (const current of document.querySelectorAll(".tabs [aria-current]")) {
  const strip = current.closest(".tabs");
  const overhang = current.getBoundingClientRect().right - strip.getBoundingClientRect().right;
  if (overhang > 0) strip.scrollLeft += overhang + 24;
}

/* Keys ---------------------------------------------------------------------------------------- */

/** Whether a key typed on `target` is text or a control's own key, never a shortcut. */
function isTyping(target) {
  // Whatever has the focus behind an open dialog or menu is not meant.
  if (document.querySelector("dialog:modal, .menu:popover-open")) return true;
  return Boolean(
    target?.closest?.(
      "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable], dialog[open], [popover]:popover-open",
    ),
  );
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) return;
  const dialog = document.getElementById("shortcuts");
  if (!dialog?.querySelector("[data-shortcut]") || dialog.open) return;
  event.preventDefault();
  dialog.showModal();
});

/* Forms --------------------------------------------------------------------------------------- */

/** After errors the first field that is wrong has the focus; without one, the summary. */
function focusFirstError(within) {
  const wrong = within.querySelector("[aria-invalid=true]");
  if (wrong) wrong.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  // A second press while the first is on its way would do it twice.
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  else form.setAttribute("aria-busy", "true");
  // An answer that is a download never leaves the page.
  setTimeout(() => form.removeAttribute("aria-busy"), 10_000);
});

// Back from the next page: the form is as it was, ready to be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

focusFirstError(document.getElementById("main") ?? document.body);

/* htmx ---------------------------------------------------------------------------------------- */

const modal = document.getElementById("modal");

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "get") return;
  event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const notice = errorNotice(xhr);
  if (notice) {
    event.detail.shouldSwap = false;
    event.detail.isError = false;
    sayFailure(event.detail.elt, String(xhr.status), notice);
    return;
  }
  if (!isSignIn(xhr.responseURL)) return;
  event.detail.shouldSwap = false;
  sayExpired(event.detail.elt);
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "modal-body" && !modal.open) modal.showModal();
  focusFirstError(event.detail.target);
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.elt.closest?.("form")?.removeAttribute("aria-busy");
});

document.addEventListener("htmx:responseError", async (event) => {
  const { status, responseText, responseURL } = event.detail.xhr;
  if (isSignIn(responseURL)) return; // said already
  if (status === 403 && responseText.includes("data-csrf-failure")) {
    if (await renewToken()) sayFailure(event.detail.elt, "token", words.tryAgain);
    else sayExpired(event.detail.elt);
    return;
  }
  const text = { 403: words.forbidden, 404: words.missing, 429: words.tooMany }[status];
  sayFailure(event.detail.elt, String(status), text ?? words.failed);
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => sayFailure(event.detail.elt, "offline", words.offline));
}

document.addEventListener("toast", (event) => toast(event.detail.message, event.detail));
document.addEventListener("announce", (event) => announce(event.detail.message, event.detail));
document.addEventListener("close-modal", () => modal?.close());
modal?.addEventListener("close", () => document.getElementById("modal-body").replaceChildren());

/** The message of a refusal (templates/components/error_notice.html), which never replaces what it is about. */
function errorNotice(xhr) {
  if (xhr.status < 400 || !xhr.responseText.includes("data-error-notice")) return "";
  const parsed = new DOMParser().parseFromString(xhr.responseText, "text/html");
  return parsed.querySelector("[data-error-notice]")?.textContent.trim() ?? "";
}

function signInPath() {
  return document.querySelector('meta[name="sign-in-url"]').content;
}

function isSignIn(url) {
  return Boolean(url) && new URL(url, location.href).pathname === signInPath() && signInPath() !== location.pathname;
}

let sessionIsLost = false;

function sayExpired(element) {
  sessionIsLost = true;
  const url = `${signInPath()}?next=${encodeURIComponent(location.pathname)}`;
  sayFailure(element, "session", words.signedOut, { link: { url, text: words.signIn } });
}

/** Signing in again gives a new token: the page takes it over and need not be loaded again. */
async function renewToken() {
  const response = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || isSignIn(response.url)) return false;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  // Somebody else who signed in on this browser does not send what this person had on the page.
  if (person(fresh) !== person(document)) return false;
  const token = fresh.querySelector('meta[name="csrf-token"]')?.content;
  if (!token) return false;
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
  return true;
}

function person(page) {
  return page.querySelector("[data-person]")?.dataset.person;
}

document.addEventListener("visibilitychange", restoreSession);
addEventListener("focus", restoreSession);

/** Back from signing in in another tab; pages send again what they kept on `session-restored`. */
async function restoreSession() {
  if (!sessionIsLost || document.hidden) return;
  sessionIsLost = false;
  if (await renewToken()) {
    for (const shown of document.querySelectorAll(".toast-error")) shown.remove();
    toast(words.signedInAgain);
    document.dispatchEvent(new CustomEvent("session-restored"));
  } else sessionIsLost = true;
}

/** A page that shows failures itself cancels `request-failed` (detail: kind, message). */
function sayFailure(element, kind, message, options = {}) {
  const event = new CustomEvent("request-failed", {
    bubbles: true,
    cancelable: true,
    detail: { kind, message },
  });
  const source = element?.isConnected ? element : document.body;
  if (source.dispatchEvent(event)) toast(message, { level: "error", ...options });
}
