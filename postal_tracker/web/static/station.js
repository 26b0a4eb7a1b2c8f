// The scan station: scans are taken as fast as they come, and sent one after another, in order. What
// the server did not answer is sent again under the same key, so that it is done once. Without
// script the page is a form of many lines.

const form = document.querySelector("form.station");
const field = form.elements.namedItem("lines");
const page = form.elements.namedItem("form_id").value;
const ours = form.elements.namedItem("csrf"); // of this person's session
const list = document.querySelector(".readings");
const last = document.querySelector(".last-reading");
const keeps = form.dataset.keeps; // "pile": checked together at the end; "parcel": up to its label
const AGAIN = 1000; // milliseconds until an unanswered scan is sent again

const jobs = [];
let busy = false;
let made = 0;
let kept = []; // what was read of the pile, or of the parcel that is still open

function show(part, is) {
  form.querySelector(part).hidden = !is;
}

function tell() {
  const waiting = jobs.length;
  form.querySelector(".sending .number").textContent = waiting;
  show(".sending", waiting);
}

function add(job) {
  jobs.push({ ...job, key: `${page}-${++made}` });
  tell();
  goesOn();
  work();
}

async function work() {
  if (busy) return;
  busy = true;
  while (jobs.length) {
    await (jobs[0].text ? send(jobs[0]) : takeBack(jobs[0]));
    jobs.shift();
    tell();
  }
  busy = false;
  if (isEnding) end();
}

// Rows that the server told of a form; null if it refused it.
async function post(address, sent, key) {
  sent.set("form_id", key);
  sent.set("part", "yes");
  for (;;) {
    const token = ours.value;
    sent.set("csrf", token);
    const answer = await fetch(address, { method: "POST", body: sent }).catch(() => null);
    const isAway = !answer || answer.status >= 500 || answer.status === 429;
    show(".away", isAway);
    if (await isShutOut(answer, answer?.status === 403)) await letIn();
    else if (ours.value !== token) continue; // the same person has signed in anew
    else if (!isAway) return answer.ok && !answer.redirected ? rowOf(await answer.text()) : null;
    else await new Promise((done) => setTimeout(done, AGAIN));
  }
}

// Left alone, the desk asks for the password; or the session has ended, or is another person's now.
// Each is seen to beside this page: left, it would take all that waits with it. Each try is written
// down, so one is made when somebody comes back or scans. Nothing is sent under another's name.
let goesOn = () => {};

function unlocked() {
  document.dispatchEvent(new CustomEvent("reading", { detail: "wrong" }));
  return new Promise((done) => (goesOn = done));
}

addEventListener("focus", () => goesOn());

async function isShutOut(answer, mayBeOthers) {
  const told = answer?.status === 401 ? await answer.json().catch(() => ({})) : null;
  const isLocked = Boolean(told?.type?.endsWith("locked"));
  show(".locked", isLocked);
  const isOthers = Boolean(mayBeOthers) && !(await isTheSame());
  show(".ended", Boolean(told) && !isLocked);
  show(".others", isOthers);
  return Boolean(told) || isOthers;
}

async function letIn() {
  do await unlocked();
  while (!(await isTheSame()));
}

// Whether the session that is there now is the same person's; then the forms get its token.
async function isTheSame() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const there = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form.station");
  if (there?.dataset.who !== form.dataset.who) return false;
  const token = there.elements.namedItem("csrf").value;
  for (const each of document.querySelectorAll("input[name=csrf]")) each.value = token;
  return true;
}

// A pile is sent as a form, which would leave this page: only once its person is known to be there.
async function isThere() {
  const answer = await fetch(location.href).catch(() => null);
  if (await isShutOut(answer, answer?.ok)) await letIn();
}

function rowOf(html) {
  return document.importNode(
    new DOMParser().parseFromString(html, "text/html").querySelector(".reading"),
    true,
  );
}

async function send(job) {
  const sent = new URLSearchParams(new FormData(form));
  const before = keeps === "parcel" ? kept.map(({ text }) => text) : [];
  sent.set("lines", [...before, job.text].join("\n"));
  const row = (await post(form.action, sent, job.key)) ?? unsent();
  row.querySelector(".line")?.remove(); // one line was sent: its number says nothing
  if (keeps) keep(row, job.text);
  list.prepend(row);
  announce(row);
  count();
}

function keep(row, text) {
  const { tone, code, kind } = row.dataset;
  if (keeps === "parcel") {
    if (tone === "right" && kind === "parcel") kept = [];
    else if (tone === "right") kept.push({ text, row });
    return;
  }
  if (code && kept.some((one) => one.row.dataset.code === code)) mark(row, "double", "=", list.dataset.double);
  kept.push({ text, row });
}

function mark(row, tone, sign, word) {
  row.dataset.tone = tone;
  row.className = `reading ${tone}`;
  row.querySelector(".sign").textContent = sign;
  row.querySelector(".tone").textContent = word;
}

function unsent() {
  return document.importNode(document.getElementById("unsent").content.firstElementChild, true);
}

function announce(row) {
  const shown = row.cloneNode(true);
  shown.querySelector("form")?.remove();
  last.className = `last-reading ${row.dataset.tone}`;
  last.replaceChildren(...shown.childNodes);
  document.dispatchEvent(new CustomEvent("reading", { detail: row.dataset.tone }));
}

function count() {
  for (const shown of document.querySelectorAll("[data-count]"))
    shown.textContent = list.querySelectorAll(`[data-tone="${shown.dataset.count}"]`).length;
}

async function takeBack(job) {
  if (keeps) {
    const last = kept.pop();
    if (last) mark(last.row, "undone", "↶", list.dataset.undone);
    if (last) announce(last.row);
    count();
    return;
  }
  const of = job.form ?? list.querySelector("form.undo");
  if (!of?.isConnected) return;
  const row = of.closest(".reading");
  const told = await post(of.action, new URLSearchParams(new FormData(of)), job.key);
  announce(told ?? unsent());
  if (told?.dataset.tone !== "right") return;
  of.remove();
  mark(row, "undone", "↶", list.dataset.undone);
  count();
}

function take() {
  const lines = field.value.split("\n").map((line) => line.trim());
  field.value = "";
  for (const text of lines) if (text) add({ text });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "F8") {
    event.preventDefault();
    if (!event.repeat) add({});
    return;
  }
  const types = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (types && event.key !== " " && event.target !== field) field.focus();
  const ends = event.key === "Enter" || (event.key === "Tab" && !event.shiftKey && field.value.trim());
  if (ends && event.target === field) {
    event.preventDefault();
    take();
  }
});

// The pile goes to the server as one form, once each of it has been answered.
let isEnding = false;

async function end() {
  if (busy) return;
  await isThere();
  field.value = kept.map(({ text }) => text).join("\n");
  kept = [];
  form.submit();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  take();
  isEnding = keeps === "pile";
  if (isEnding) end();
});

list.addEventListener("submit", (event) => {
  event.preventDefault();
  add({ form: event.target });
  field.focus();
});

addEventListener("beforeunload", (event) => {
  if (jobs.length || kept.length) event.preventDefault();
});

// What a scanner typed before this ran stands in the field: whole lines, and the beginning of one.
const typed = field.value.lastIndexOf("\n") + 1;
const begun = field.value.slice(typed);
field.value = field.value.slice(0, typed);
take();
field.value = begun;
field.rows = 1;
form.querySelector(".button").hidden = keeps !== "pile";
show(".keys", true);
if (document.activeElement === document.body) field.focus();
