// A page that needs a network says so while there is none, and sends nothing into the void.

const told = document.querySelector(".only-online");
const tell = () => (told.hidden = navigator.onLine);

addEventListener("online", tell);
addEventListener("offline", tell);
tell();

document.addEventListener("submit", (event) => {
  if (navigator.onLine) return;
  event.preventDefault();
  told.scrollIntoView();
});
