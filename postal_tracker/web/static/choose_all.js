// Ticks all rows of a page at once. Without it there is no such box: rows are ticked one by one.

for (const all of document.querySelectorAll("[data-chooses]")) {
  const rows = [...all.closest("form").querySelectorAll(`input[name="${all.dataset.chooses}"]`)];

  function told() {
    const ticked = rows.filter((row) => row.checked).length;
    all.checked = ticked === rows.length;
    all.indeterminate = ticked > 0 && ticked < rows.length;
  }

  all.addEventListener("change", () => rows.forEach((row) => (row.checked = all.checked)));
  all.closest("form").addEventListener("change", told);
  addEventListener("pageshow", told); // ticks that a browser kept
  all.hidden = false;
}
