// Sends what a courier noted, in order, as often as it takes: by itself, whenever the page is open. An
// event has its own id, so one that was sent and not answered is sent again and recorded once.

const store = await import(document.getElementById("courier-store").href);
const shown = document.querySelector(".queue");
const who = shown.dataset.who;
const AT_ONCE = 50;
const SOONEST = 1000, LATEST = 60_000; // milliseconds until it is tried again
const OFF = 60_000; // milliseconds from which on a telephone's clock is wrong

let busy = false;
let wait = SOONEST;
let again = 0;

const isMine = (event) => event.who === who && !event.refused;

function show(part, is, number = "") {
  const one = shown.querySelector(part);
  one.hidden = !is;
  for (const told of one.querySelectorAll(".number")) told.textContent = number;
}

async function tell() {
  const all = await store.all();
  const mine = all.filter(isMine);
  const others = all.filter((event) => event.who !== who);
  show(".waiting", mine.length, mine.length);
  show(".others", others.length, others.length);
  const oldest = Math.min(...mine.map((event) => event.noted_at));
  shown.querySelector(".oldest").textContent = mine.length ? Math.floor((Date.now() - oldest) / 60_000) : "";
  shown.hidden = ![...shown.children].some((part) => !part.hidden);
  list(all.filter((event) => event.who === who && event.refused));
  return mine.length;
}

function list(refused) {
  const list = document.querySelector("ul.refused");
  list.replaceChildren(...refused.map(refusal));
  list.hidden = !refused.length;
}

function refusal(event) {
  const item = document.importNode(document.getElementById("refusal").content.firstElementChild, true);
  item.querySelector(".code").textContent = event.told.tracking_number;
  item.querySelector(".what").textContent = event.word;
  item.querySelector(".why").textContent = event.refused;
  item.querySelector("button").onclick = () => store.drop(event.n).then(tell);
  return item;
}

// By how much this clock is behind the server's, in milliseconds; null: nobody answers.
async function behind() {
  const before = Date.now();
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  const theirs = Date.parse(answer?.headers.get("date") ?? "");
  return Number.isNaN(theirs) ? null : theirs + 500 - (before + Date.now()) / 2;
}

// Said once and kept, so that the same event says the same however often it is sent.
async function timed(event, off) {
  if (event.told.happened_at) return event;
  const device_at = new Date(event.at).toISOString();
  const isOff = Math.abs(off) > OFF && !event.chosen_at;
  const happened_at = isOff ? new Date(event.at + off).toISOString() : device_at;
  const told = { ...event.told, happened_at, ...(isOff && { device_at }) };
  await store.change({ ...event, told });
  return { ...event, told };
}

async function post(events) {
  const body = JSON.stringify({ events: events.map((event) => event.told) });
  const headers = { "content-type": "application/json" };
  return fetch("/api/v1/events", { method: "POST", headers, body }).catch(() => null);
}

// Tells that nothing goes on from here, and why.
async function shut(answer) {
  const isOut = answer?.status === 401 || answer?.status === 403;
  const { type } = isOut ? await answer.json().catch(() => ({})) : {};
  const isWithdrawn = type === "/problems/telephone-withdrawn";
  show(".withdrawn", isWithdrawn);
  show(".shut-out", isOut && !isWithdrawn);
}

// One round; true if more may go at once.
async function sendSome() {
  const waiting = (await store.all()).filter(isMine).slice(0, AT_ONCE);
  const off = waiting.length ? await behind() : null;
  if (off === null) return false;
  const events = [];
  for (const event of waiting) events.push(await timed(event, off));
  const answer = await post(events);
  await shut(answer);
  if (!answer?.ok) return false;
  const { results } = await answer.json();
  for (const [place, result] of results.entries()) await settle(events[place], result);
  wait = SOONEST;
  return true;
}

function settle(event, { status, problem }) {
  if (status !== "refused") return store.drop(event.n);
  return store.change({ ...event, refused: problem?.[document.documentElement.lang] ?? status });
}

async function work() {
  if (busy) return;
  busy = true;
  clearTimeout(again);
  try {
    while (await one(sendSome)) await tell();
  } finally {
    busy = false;
    if (await tell()) again = setTimeout(work, (wait = Math.min(2 * wait, LATEST)));
  }
}

// Of several open pages one sends at a time.
const one = (act) => (navigator.locks ? navigator.locks.request("courier queue", act) : act());

function soon() {
  wait = SOONEST;
  work();
}

// What was noted last can be taken back for two minutes: from this telephone, or from the record.
const undoing = shown.querySelector("form.undo");
const FOR_A_WHILE = 120_000; // milliseconds
let over = 0;

function offer(id) {
  undoing.elements.namedItem("event").value = id;
  undoing.hidden = !id;
  clearTimeout(over);
  if (id) over = setTimeout(offer, FOR_A_WHILE, "");
}

document.addEventListener("noted", ({ detail: { id, what } }) => {
  show(".noted", true, what);
  for (const part of [".undone", ".not-undone"]) show(part, false);
  offer(id);
  soon();
});

undoing.addEventListener("submit", async (event) => {
  event.preventDefault();
  const isDone = await one(takeBack);
  if (isDone) offer("");
  show(".undone", isDone, shown.querySelector(".noted .number").textContent);
  show(".not-undone", !isDone);
  show(".noted", !isDone, shown.querySelector(".noted .number").textContent);
  tell();
});

async function takeBack() {
  const sent = new FormData(undoing);
  const waiting = (await store.all()).find((event) => event.told.id === sent.get("event"));
  const asked = { method: "POST", body: new URLSearchParams(sent) };
  if (waiting) return store.drop(waiting.n).then(() => true);
  return fetch(undoing.action, asked).then((answer) => answer.ok, () => false);
}

addEventListener("online", soon);
document.addEventListener("visibilitychange", soon);
setInterval(tell, 30_000);

// Nobody signs out over what has not been sent: it would wait for him on a telephone that he gave back.
document.querySelector("form.sign-out")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await work();
  const stays = Boolean(await tell());
  show(".keeps-you", stays);
  shown.hidden &&= !stays;
  if (stays) return;
  await globalThis.caches?.delete("courier");
  event.target.submit();
});

soon();
