// F3 or Ctrl+K opens the search from anywhere; Escape closes it. Without it there is the page “Hồ sơ”.

const dialog = document.getElementById("search");

addEventListener("keydown", (event) => {
  const asked = event.key === "F3" || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
  if (!asked || event.altKey || event.shiftKey) return;
  event.preventDefault(); // the browser's own search
  event.stopPropagation();
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input[name=q]").select();
}, { capture: true });
