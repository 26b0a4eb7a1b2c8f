// Three sounds of the scan station: one short high (right), two short (already there), one long low
// (wrong). Browsers are silent until the first key.

const toggle = document.getElementById("sounds");
const KEPT = "station sounds";
const SOUNDS = {
  right: [[0, 0.08, 1320]],
  double: [[0, 0.08, 880], [0.14, 0.08, 880]],
  wrong: [[0, 0.5, 220]],
}; // when, how long (seconds), how high (hertz)

let speaker;

function sound(tone) {
  if (!speaker || !toggle.checked) return;
  for (const [when, long, high] of SOUNDS[tone] ?? []) {
    const source = new OscillatorNode(speaker, { type: "square", frequency: high });
    const volume = new GainNode(speaker, { gain: 0.15 });
    source.connect(volume).connect(speaker.destination);
    source.start(speaker.currentTime + when);
    source.stop(speaker.currentTime + when + long);
  }
  document.documentElement.dataset.sounded = tone; // what was last heard
}

toggle.checked = localStorage.getItem(KEPT) !== "off";
toggle.closest(".sounds").hidden = false;
toggle.addEventListener("change", () => localStorage.setItem(KEPT, toggle.checked ? "on" : "off"));
document.addEventListener("keydown", () => (speaker ??= new AudioContext()), { once: true });
document.addEventListener("reading", (event) => sound(event.detail));
