// F9 signs a form that is filled in: no scanner sends it. Without script there is its button.

const form = document.querySelector("form.sign");

addEventListener("keydown", (event) => {
  if (event.key !== "F9" || event.repeat) return;
  event.preventDefault();
  form.requestSubmit();
});

form.querySelector(".keys").hidden = false;
