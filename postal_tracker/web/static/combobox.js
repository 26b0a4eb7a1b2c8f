// A field with a list becomes a combobox (ARIA pattern, list autocomplete): it is searched by words in
// any order, with or without marks. Without script it is the browser's own list. A field that says
// `data-strict` takes nothing else: its first match is taken by Enter and Tab.

const MOST = 10;
const folded = (text) =>
  text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();

function combobox(input) {
  const offered = input.list; // its element may be replaced: it is asked for by its id
  const id = input.getAttribute("list");
  const strict = "strict" in input.dataset;
  const popup = document.createElement("ul");
  let active = -1;

  popup.id = `${id}-popup`;
  popup.className = "popup";
  popup.setAttribute("role", "listbox");
  popup.setAttribute("aria-label", input.labels[0].textContent.trim());
  input.removeAttribute("list");
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": popup.id,
  }))
    input.setAttribute(name, value);

  function fitting() {
    const words = folded(input.value).split(/\s+/).filter(Boolean);
    const found = [];
    for (const { value } of (document.getElementById(id) ?? offered).options) {
      const text = folded(value);
      if (words.every((word) => text.includes(word))) found.push(value);
      if (found.length === MOST) break;
    }
    return found;
  }

  function open() {
    const values = fitting();
    popup.replaceChildren(...values.map(option));
    show(values.length > 0 && values[0] !== input.value);
    mark(strict && input.value ? 0 : -1);
  }

  function option(value, n) {
    const item = document.createElement("li");
    item.id = `${popup.id}-${n}`;
    item.setAttribute("role", "option");
    item.textContent = value;
    item.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    item.addEventListener("click", () => take(value));
    return item;
  }

  function show(is) {
    if (is) input.after(popup);
    else popup.remove();
    input.setAttribute("aria-expanded", String(is));
    if (!is) mark(-1);
  }

  function mark(n) {
    active = popup.isConnected ? n : -1;
    [...popup.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
    const item = popup.children[active];
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }

  function take(value) {
    show(false);
    input.value = value;
    told = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function step(by) {
    const was = popup.isConnected ? active : -1;
    if (!popup.isConnected) open();
    const count = popup.children.length;
    if (popup.isConnected) mark(by > 0 ? (was + 1) % count : (Math.max(was, 0) - 1 + count) % count);
  }

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Escape: () => popup.isConnected && show(false),
    Enter: () => active >= 0 && take(popup.children[active].textContent),
  };
  // Whoever leaves the field has typed enough: the browser's own `change` would come with half a name.
  let told = input.value;

  input.addEventListener("input", open);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Tab" && strict && active >= 0) take(popup.children[active].textContent);
    const does = keys[event.key];
    if (!does || event.altKey || event.ctrlKey) return;
    const isOurs = event.key.startsWith("Arrow") || active >= 0 || popup.isConnected;
    if (isOurs && does() !== false) event.preventDefault();
  });
  input.addEventListener("blur", () => {
    if (strict && active >= 0 && input.value !== told) take(popup.children[active].textContent);
    show(false);
  });
}

for (const input of document.querySelectorAll("input[list]")) combobox(input);
