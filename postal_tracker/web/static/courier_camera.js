// The telephone's eye. Where the browser reads codes itself (BarcodeDetector: Chrome on Android) it looks
// through the camera; elsewhere it takes a picture, which the server reads. No picture is kept.

const finding = document.querySelector("form.finding");
const looking = document.querySelector(".looking");
const picturing = document.querySelector("form.picturing");
const button = looking.querySelector(".look");
const light = looking.querySelector(".light");
const eye = looking.querySelector(".eye");
const video = eye.querySelector("video");
const reading = picturing.querySelector(".reading");
const KINDS = ["code_128", "qr_code"];
const PAUSE = 100; // milliseconds between two looks
const MOST_SIDE = 1600; // pixels
const MOST_BYTES = 400_000;

let stream = null;

// True if the page knew what to do with what was read.
const isTaken = (texts) => !finding.dispatchEvent(new CustomEvent("seen", { detail: texts, cancelable: true }));

function say(form, text = "") {
  const told = form.querySelector("p.fault[role=alert]");
  told.textContent = text;
  told.hidden = !text;
}

async function canRead() {
  if (!navigator.mediaDevices?.getUserMedia || !globalThis.BarcodeDetector) return false;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return KINDS.every((kind) => known.includes(kind));
}

async function open() {
  stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  const [track] = stream.getVideoTracks();
  track.onended = stop;
  light.hidden = !track.getCapabilities?.().torch;
  light.setAttribute("aria-pressed", "false");
  video.srcObject = stream;
  eye.hidden = false;
  await video.play();
}

async function look() {
  say(looking);
  button.hidden = true;
  await open().catch(denied);
  const detector = new BarcodeDetector({ formats: KINDS });
  while (stream) {
    const found = await detector.detect(video).catch(() => []);
    if (stream && isTaken(found.map((one) => one.rawValue))) stop();
    await new Promise((done) => setTimeout(done, PAUSE));
  }
}

function denied() {
  stop();
  say(looking, looking.dataset.denied);
  picturing.hidden = false;
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = video.srcObject = null;
  eye.hidden = true;
  button.hidden = false;
}

async function turnLight() {
  const torch = light.getAttribute("aria-pressed") !== "true";
  const [track] = stream.getVideoTracks();
  const isDone = await track.applyConstraints({ advanced: [{ torch }] }).then(() => true, () => false);
  if (isDone) light.setAttribute("aria-pressed", String(torch));
}

// As small as it can be read: a picture of the telephone has ten times as many bytes.
async function smaller(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, MOST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let jpeg = null;
  for (const quality of [0.85, 0.6, 0.4, 0.2]) {
    jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (jpeg.size <= MOST_BYTES) break;
  }
  return jpeg;
}

async function send() {
  const [file] = picturing.elements.namedItem("picture").files;
  if (!file) return;
  say(picturing);
  reading.hidden = false;
  const body = new FormData(picturing);
  body.set("picture", await smaller(file).catch(() => file), "picture"); // what it cannot open, the server judges
  const headers = { accept: "application/json" };
  const answer = await fetch(picturing.action, { method: "POST", headers, body }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  const isRead = Boolean(answer?.ok && told && isTaken([told.code]));
  const wrong = answer?.ok ? finding.dataset.wrong : told?.detail;
  say(picturing, isRead ? "" : (wrong ?? picturing.dataset.offline));
  reading.hidden = true;
  picturing.reset();
}

button.onclick = look;
light.onclick = turnLight;
eye.querySelector(".stop").onclick = stop;
document.addEventListener("visibilitychange", () => document.hidden && stream && stop());
picturing.addEventListener("change", send);
picturing.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});

looking.hidden = !(await canRead());
picturing.hidden = !looking.hidden;
