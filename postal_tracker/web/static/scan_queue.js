// One scan after another, though the scanner is quicker than the answers. Without it a second scan
// takes the place of the first; pages work all the same.

const form = document.querySelector('form[role="search"][action="/desk/scan"]');
const field = form?.elements.namedItem("code");
const pages = { dossier: "/desk/dossiers/", parcel: "/desk/parcels/", handover: "/desk/handovers/" };
const QUIET = 250; // milliseconds without a key: no scan is being typed
const KEPT = "scans typed while the page changed";

let waiting = [];
let answers = [];
let busy = false;
let leaving = false;
let lastKey = 0;

async function look(text) {
  const body = JSON.stringify({ code: text });
  const headers = { "content-type": "application/json" };
  const answer = await fetch("/api/v1/scans", { method: "POST", headers, body }).catch(() => null);
  const seen = answer?.ok ? await answer.json() : {};
  return { text, code: seen.code, page: seen.repaired ? undefined : pages[seen.kind] };
}

async function work() {
  if (busy || leaving) return;
  busy = true;
  while (waiting.length) answers.push(await look(waiting.shift()));
  busy = false;
  finish();
}

function finish() {
  if (busy || leaving || !answers.length) return;
  if (performance.now() - lastKey < QUIET) setTimeout(finish, QUIET);
  else if (answers.length === 1) open(answers.pop());
  else list();
}

function open(answer) {
  leaving = true;
  if (answer.page) location.assign(answer.page + encodeURI(answer.code));
  else send(answer.text); // the server says on its page what is wrong, or asks
}

function send(text) {
  const copy = form.cloneNode(true);
  copy.hidden = true;
  copy.elements.namedItem("code").value = text;
  document.body.append(copy);
  copy.submit();
}

function list() {
  const shown = document.createElement("ul");
  shown.className = "notice scans";
  shown.setAttribute("role", "status");
  for (const answer of answers.splice(0)) shown.append(line(answer));
  document.querySelector(".scans")?.remove();
  document.getElementById("main").prepend(shown);
}

function line({ code, page }) {
  const item = document.createElement("li");
  const inside = document.createElement(page ? "a" : "span");
  if (page) inside.href = page + encodeURI(code);
  inside.textContent = page ? code : form.dataset.unclear; // never the text: it may be somebody's card
  item.append(inside);
  return item;
}

function start() {
  // Browsers heed `autofocus` a moment after the first keys of a scanner may have come.
  if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
  form.addEventListener("submit", (event) => {
    const text = field.value.trim();
    if (!text) return;
    event.preventDefault();
    field.value = "";
    waiting.push(text);
    work();
  });
  document.addEventListener("keydown", (event) => {
    lastKey = performance.now();
    const types = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (types && document.activeElement === document.body) field.focus();
  });
  addEventListener("pagehide", () => {
    const kept = [...waiting, field.value];
    if (kept.some(Boolean)) sessionStorage.setItem(KEPT, JSON.stringify(kept));
    waiting = [];
    field.value = "";
  });
  addEventListener("pageshow", () => {
    leaving = false;
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    sessionStorage.removeItem(KEPT);
    if (kept.length) field.value = kept.pop() + field.value;
    waiting.push(...kept);
    work();
  });
}

if (field) start();
