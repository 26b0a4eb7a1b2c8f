// A courier's page without a network: what is scanned or typed is asked about here, and noted on this
// telephone before anything is said. Without script, or for what is not a parcel, the server asks.

const store = await import(document.getElementById("courier-store").href);
const finding = document.querySelector("form.finding");
const field = finding.elements.namedItem("code");
const noting = document.querySelector("form.noting");
const who = document.querySelector(".queue").dataset.who;
const ENDS = ["delivered", "returned"];
const WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7]; // of UPU S10

let parcel = {};
let sure = null;

// The number in what a scanner read, a link among it; empty if it is none, or a dossier's code.
function numberIn(text) {
  const last = text.trim().replace(/^https?:\/\/.*\/courier\//i, "");
  const number = last.replace(/[\s.]/g, "").toUpperCase();
  if (/^(?!BK-).*-\d{6,8}-\d{4,7}$/.test(number)) return "";
  return /^(?=.*\d{4})[A-Z0-9-]{8,40}$/.test(number) ? number : "";
}

function isMistyped(number) {
  const [, digits, check] = /^[A-Z]{2}(\d{8})(\d)[A-Z]{2}$/.exec(number) ?? [];
  if (!digits) return false;
  const rest = 11 - (WEIGHTS.reduce((sum, weight, n) => sum + weight * digits[n], 0) % 11);
  return Number(check) !== ({ 10: 0, 11: 5 }[rest] ?? rest);
}

function fault(form, text) {
  const told = form.querySelector("p.fault[role=alert]");
  told.textContent = text;
  told.hidden = !text;
}

function ask(number, decided) {
  parcel = { number, decided };
  noting.reset();
  unsure();
  fault(noting, "");
  noting.querySelector("h2").textContent = number;
  turn(true);
  noting.querySelector("h2").focus();
}

function turn(isNoting) {
  noting.hidden = !isNoting;
  finding.hidden = isNoting;
  for (const other of document.querySelectorAll(".carried, .by-eye")) other.hidden = isNoting;
  if (!isNoting) field.focus();
}

let typedSlowly = false;
let lastKey = 0;
field.addEventListener("keydown", (event) => {
  typedSlowly ||= event.key.length === 1 && event.timeStamp - lastKey > 100 && field.value !== "";
  lastKey = event.timeStamp;
});

finding.addEventListener("submit", (event) => {
  const number = numberIn(field.value);
  const isList = /(^|\/lists\/)BK-/i.test(field.value.trim());
  if ((isList || !number) && navigator.onLine) return; // a list, a dossier: the server knows
  event.preventDefault();
  const { wrong: mistyped, none, online } = finding.dataset;
  const wrong = isList ? online : number ? isMistyped(number) && mistyped : none;
  fault(finding, wrong || "");
  if (wrong) return field.select();
  ask(number, typedSlowly ? "typed" : "scanned");
  field.value = "";
  typedSlowly = false;
});

// A wrong check digit is told as soon as it is there.
field.addEventListener("input", () => fault(finding, isMistyped(numberIn(field.value)) ? finding.dataset.wrong : ""));

// A number that was seen (courier_camera.js) goes the same way, if there is no doubt which.
finding.addEventListener("seen", (event) => {
  const [number, ...others] = new Set(event.detail.map(numberIn).filter((one) => one && !isMistyped(one)));
  if (!number || others.length) return;
  event.preventDefault();
  typedSlowly = false;
  field.value = number;
  finding.requestSubmit();
});

document.querySelector(".carried")?.addEventListener("click", (event) => {
  const link = event.target.closest("a.code");
  if (!link) return;
  event.preventDefault();
  ask(link.textContent, "chosen");
});

// What ends a journey is said twice.
function isSure(button) {
  if (!ENDS.includes(button.value) || sure === button) return true;
  unsure();
  sure = button;
  button.dataset.word = button.textContent;
  button.textContent = `${noting.dataset.sure} ${button.dataset.word}`;
  return false;
}

function unsure() {
  if (sure) sure.textContent = sure.dataset.word;
  sure = null;
}

noting.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  const given = Object.fromEntries(new FormData(noting));
  const milestone = button?.value;
  if (!milestone) return;
  const needsReason = milestone === "delivery_failed" && !given.reason;
  fault(noting, needsReason ? noting.dataset.why : "");
  if (needsReason || !isSure(button)) return;
  const at = given.happened_at ? Date.parse(`${given.happened_at}:00+07:00`) : nextMoment();
  const reason = milestone === "delivery_failed" ? given.reason : "";
  const told = { id: newId(), tracking_number: parcel.number, milestone, reason };
  Object.assign(told, { place: given.place, note: given.note, decided: parcel.decided });
  const word = button.dataset.word ?? button.textContent;
  await note({ who, told, word, at, noted_at: Date.now(), chosen_at: Boolean(given.happened_at) });
});

// No two things at once: they are put into order by their times.
let lastMoment = 0;
const nextMoment = () => (lastMoment = Math.max(Date.now(), lastMoment + 1));

async function note(event) {
  const kept = await store.add(event).then(() => true, () => false);
  document.querySelector(".queue .disk").hidden = kept;
  document.querySelector(".queue").hidden = false;
  if (!kept) return;
  navigator.storage?.persist?.();
  const { id, tracking_number } = event.told;
  document.dispatchEvent(new CustomEvent("noted", { detail: { id, what: `${tracking_number} · ${event.word}` } }));
  turn(false);
}

// Not randomUUID: browsers have it on https alone.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

noting.querySelector(".back").onclick = () => turn(false);

// Kept for when there is no network: this page and what it is made of.
async function keep() {
  await navigator.serviceWorker.register("/courier/sw.js", { scope: "/courier" });
  await navigator.serviceWorker.ready;
  const parts = performance.getEntriesByType("resource").map((one) => one.name);
  const ours = parts.filter((name) => new URL(name).pathname.startsWith("/static/"));
  const kept = await caches.open("courier");
  await kept.addAll([...new Set(ours)]);
  if (!(await kept.match("/courier"))) await kept.add("/courier");
}

document.querySelector(".only-online").hidden = isSecureContext;
if (isSecureContext) keep();
