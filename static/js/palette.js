// The command palette: one field over everything one can go to or do. The server ranks; this shows,
// chooses and remembers what was used. Without script its opener leads to the page of the search.

const { isSignIn } = window.plumbline;
const palette = document.getElementById("palette");
const input = document.getElementById("palette-input");
const list = document.getElementById("palette-list");
const nothing = document.getElementById("palette-nothing");
const said = document.getElementById("palette-said");
const says = palette?.dataset ?? {};
const TYPING_PAUSE = 40;
const MOST_RECENT = 8;

let chosen = null;
let asked = null; // the request that is on its way
let timer = 0;
let isAsking = false; // what is shown answers what was typed before
let goesOn = false; // Enter was pressed meanwhile: it means what is typed, not what is shown

/* Opening and closing -------------------------------------------------------------------------- */

function open() {
  // Over another dialog there would be two to leave.
  if (document.querySelector("dialog:modal")) return;
  for (const menu of document.querySelectorAll(".menu:popover-open")) menu.hidePopover();
  input.value = "";
  palette.showModal();
  input.focus();
  ask();
}

function closed() {
  asked?.abort();
  clearTimeout(timer);
  isAsking = goesOn = false;
  list.replaceChildren();
  said.textContent = "";
  choose(null);
}

/* Asking --------------------------------------------------------------------------------------- */

async function ask() {
  asked?.abort();
  const request = (asked = new AbortController());
  isAsking = true;
  const address = new URL(says.url, location.href);
  address.searchParams.set("q", input.value);
  if (says.workload) address.searchParams.set("workload", says.workload);
  for (const key of recent()) address.searchParams.append("recent", key);
  list.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { signal: request.signal, credentials: "same-origin" });
    if (isSignIn(response.url)) return fail(says.signedOut);
    if (!response.ok) return fail(says.failed);
    show(await response.text());
  } catch (error) {
    if (error.name !== "AbortError") fail(says.failed);
  } finally {
    if (asked === request) list.removeAttribute("aria-busy");
  }
}

function show(html) {
  if (!palette.open) return;
  isAsking = false;
  list.innerHTML = html; // from the same place as the page itself, escaped there
  list.scrollTop = 0;
  const found = options();
  const one = found.length === 1 ? says.one : says.several.replace("%(count)s", found.length);
  nothing.textContent = says.none;
  nothing.hidden = found.length > 0;
  said.textContent = found.length ? one : says.none;
  choose(found[0] ?? null);
  if (goesOn) chosen?.click();
  goesOn = false;
}

function fail(message) {
  isAsking = goesOn = false;
  list.replaceChildren();
  nothing.textContent = said.textContent = message;
  nothing.hidden = false;
  choose(null);
}

/* Choosing ------------------------------------------------------------------------------------- */

const options = () => [...list.querySelectorAll("[role=option]")];

function choose(option) {
  chosen?.setAttribute("aria-selected", "false");
  chosen = option;
  input.setAttribute("aria-expanded", String(Boolean(option)));
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const found = options();
  if (!found.length) return;
  choose(found[(found.indexOf(chosen) + by + found.length) % found.length]);
}

const KEYS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  PageDown: () => choose(options()[Math.min(options().indexOf(chosen) + 6, options().length - 1)]),
  PageUp: () => choose(options()[Math.max(options().indexOf(chosen) - 6, 0)]),
};

function pressed(event) {
  if (event.isComposing) return; // the key belongs to what is being composed
  if (event.key === "Enter") {
    event.preventDefault();
    goesOn = isAsking;
    if (isAsking || !chosen) return;
    const { ctrlKey, metaKey } = event;
    chosen.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey }));
  } else if (KEYS[event.key] && options().length) {
    event.preventDefault();
    KEYS[event.key]();
  }
}

/** What an option does: a link goes by itself, unless the page it leads to is this one. */
function used(event) {
  const option = event.target.closest("[role=option]");
  if (!option) return;
  remember(option.dataset.key);
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { command } = option.dataset;
  palette.close();
  if (command) {
    event.preventDefault();
    event.stopPropagation();
    COMMANDS[command]?.();
    return;
  }
  const review = window.plumbline.review;
  const here = document.getElementById("question")?.dataset.review;
  if (review?.go && here && new URL(option.href).pathname.includes(`/review/${here}/`)) {
    event.preventDefault();
    event.stopPropagation();
    review.go(option);
  } else if (isThisPage(option.href)) {
    event.preventDefault();
    location.hash = new URL(option.href).hash;
    openNamed();
  }
}

function isThisPage(href) {
  const url = new URL(href);
  return Boolean(url.hash) && url.pathname === location.pathname && url.search === location.search;
}

function theme(value) {
  const box = document.querySelector(`[data-theme-switch] input[value="${value}"]`);
  box.checked = true;
  box.dispatchEvent(new Event("change"));
}

const COMMANDS = {
  "theme-light": () => theme("light"),
  "theme-dark": () => theme("dark"),
  "theme-system": () => theme("system"),
  shortcuts: () => document.getElementById("shortcuts").showModal(),
};

/** An address may name a dialog of its page: "Save a milestone" leads to one. */
function openNamed() {
  const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDialogElement && !named.open) named.showModal();
}

/* What was used lately: per person and organisation, for several may share a browser -------------- */

const place = `plumbline.palette.${document.querySelector("[data-person]")?.dataset.person}.${says.url}`;

function recent() {
  try {
    const keys = JSON.parse(localStorage.getItem(place)) ?? [];
    return keys.filter((key) => typeof key === "string").slice(0, MOST_RECENT);
  } catch {
    return [];
  }
}

function remember(key) {
  const keys = [key, ...recent().filter((other) => other !== key)].slice(0, MOST_RECENT);
  try {
    localStorage.setItem(place, JSON.stringify(keys));
  } catch {
    // Storage is forbidden: nothing is remembered.
  }
}

/* ---------------------------------------------------------------------------------------------- */

if (palette) {
  const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
  for (const key of document.querySelectorAll("[data-palette-key]")) key.textContent = isMac ? "⌘ K" : "Ctrl K";

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    if (event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else open();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette-open]")) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open();
  });
  input.addEventListener("input", () => {
    asked?.abort(); // its answer would be to what is no longer typed
    isAsking = true;
    clearTimeout(timer);
    timer = setTimeout(ask, TYPING_PAUSE);
  });
  input.addEventListener("keydown", pressed);
  list.addEventListener("click", used);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  palette.addEventListener("close", closed);
  openNamed();
}
