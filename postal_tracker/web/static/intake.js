// The registration: what follows from what was typed is shown while it is typed, the receipt opens by
// itself, and keys end the form. Without script the page's buttons do the same, a page at a time.

const form = document.querySelector("form.intake");
const ASKS = ["procedure", "applicant.phone", "applicant.id_number", "applicant.ward", "applicant.province"];
const PARTS = ["papers", "wards", "follows"];

const isCard = () => [...new FormData(form).values()].some((text) => /^[0-9]{12}\|/.test(text));

let asking = null; // the part of the page that is on its way
let sending = false;

function post(button, more = {}) {
  const sent = new URLSearchParams(new FormData(form, button));
  for (const [name, value] of Object.entries(more)) sent.set(name, value);
  return fetch(form.action, { method: "POST", body: sent });
}

// Returns whether somebody known was filled in, who has to be looked at.
async function ask() {
  const before = asking;
  await before;
  const answer = await post(null, { show: "check", part: "yes" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of PARTS) {
    const part = page.getElementById(id);
    if (part) document.getElementById(id).replaceWith(document.importNode(part, true));
  }
  return fill(page);
}

function fill(page) {
  let known = false;
  for (const { value, dataset } of page.querySelectorAll("data.known")) {
    const field = form.elements.namedItem(dataset.field);
    const isChoice = dataset.field === "procedure" && document.activeElement !== field;
    if (!value || (field.value && !isChoice)) continue; // what was typed meanwhile counts
    known ||= dataset.field === "applicant.name";
    field.value = value;
  }
  return known;
}

function look() {
  const mine = ask().finally(() => {
    if (asking === mine) asking = null;
  });
  asking = mine;
}

async function after(button) {
  const known = await asking;
  if (asking) return after(button);
  if (known) form.elements.namedItem("applicant.name").focus(); // whose form it is now is looked at first
  else form.requestSubmit(button);
}

// The receipt opens beside: a browser lets a page do so shortly after a key.
async function print(button) {
  sending = true;
  const answer = await post(button).catch(() => null);
  if (answer?.redirected && answer.url.includes("after=")) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const receipt = document.importNode(page.querySelector("form.receipt"), true);
    receipt.hidden = true;
    document.body.append(receipt);
    receipt.submit();
    setTimeout(() => location.assign(answer.url.replace("&then=print", "")), 100);
  } else {
    sending = false;
    send(button); // the server says on its page what is wrong; done twice it is done once
  }
}

function send(button) {
  const then = document.createElement("input");
  Object.assign(then, { type: "hidden", name: button.name, value: button.value });
  form.append(then);
  form.submit();
}

form.addEventListener("change", (event) => {
  if (ASKS.includes(event.target.name) && !isCard()) look();
});

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  const isEnd = button && button.name !== "show" && button.name !== "person";
  if (sending) event.preventDefault();
  else if (isEnd && asking) {
    event.preventDefault();
    after(button);
  } else if (button?.value === "print" && !isCard()) {
    event.preventDefault();
    print(button);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "F9" || event.repeat) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector('[name="then"][value="next"]'));
});

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // back from a receipt: the next one's form
});

form.querySelector(".keys").hidden = false;
form.querySelector('[name="show"]').hidden = true; // all that it would show is shown
