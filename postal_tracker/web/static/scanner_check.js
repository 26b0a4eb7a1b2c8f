// Watches which key a scanner sends last: Enter, Tab, or none.

const form = document.querySelector("form.check");
const field = form.elements.namedItem("typed");
const QUIET = 1000; // milliseconds without a key: no more is coming

let quiet;

function send(ended) {
  clearTimeout(quiet);
  form.elements.namedItem("ended").value = ended;
  form.submit();
}

field.addEventListener("keydown", (event) => {
  const ends = { Enter: "enter", Tab: "tab" }[event.key];
  if (!ends || event.shiftKey || !field.value) return;
  event.preventDefault();
  send(ends);
});

field.addEventListener("input", () => {
  clearTimeout(quiet);
  quiet = setTimeout(() => send("nothing"), QUIET);
});

document.addEventListener("keydown", (event) => {
  const types = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (types && event.key !== " " && document.activeElement !== field) field.focus();
});
