// The next officer at this desk: one key, as at a till. What was typed and not sent goes with the last.

const form = document.querySelector(".sign-out");
const button = form.querySelector("[data-key]");

document.addEventListener("keydown", (event) => {
  if (event.key !== button.dataset.key) return;
  event.preventDefault();
  button.click();
});

form.addEventListener("submit", () => {
  for (const other of document.querySelectorAll("main form, .toolbar form")) other.reset();
});
