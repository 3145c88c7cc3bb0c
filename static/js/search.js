// « / » leads to the search, from anywhere but a field.
const search = document.querySelector("[data-search]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!search || event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// Search boxes: htmx fetches what is found as one types; the arrow keys choose, Entrée opens, Échap closes. The best
// is chosen at once, unless the box may as well be sent as it is (data-search-freely).
for (const box of document.querySelectorAll("[data-search-box]")) {
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", listOf(box).id);
  box.setAttribute("aria-expanded", "false");

  box.addEventListener("input", () => {
    if (!box.value.trim()) close(box);
  });
  box.addEventListener("focus", () => {
    if (isCurrent(box)) open(box);
  });
  box.addEventListener("blur", () => close(box));
  box.addEventListener("keydown", (event) => press(box, event));
  listOf(box).addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
  listOf(box).addEventListener("htmx:afterSwap", () => {
    if (document.activeElement === box && isCurrent(box)) open(box);
    else close(box);
  });
}

function press(box, event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const shown = !listOf(box).hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!shown && !isCurrent(box)) return;
    event.preventDefault();
    if (shown) step(box, event.key === "ArrowDown" ? 1 : -1);
    else open(box);
  } else if (event.key === "Enter" && shown && isCurrent(box) && chosen(box)) {
    event.preventDefault();
    chosen(box).click();
  } else if (event.key === "Escape" && shown) {
    event.preventDefault();
    close(box);
  }
}

function listOf(box) {
  return document.getElementById(`${box.id}-found`);
}

function rows(box) {
  return [...listOf(box).querySelectorAll("[role=option]")];
}

function chosen(box) {
  return listOf(box).querySelector("[aria-selected=true]");
}

// Whether what stands in the list answers what stands in the box, not what stood there before.
function isCurrent(box) {
  const answered = listOf(box).querySelector("[data-search-for]");
  return answered?.dataset.searchFor === box.value.trim();
}

function open(box) {
  rows(box).forEach((row, place) => {
    row.id = `${box.id}-found-${place}`;
  });
  listOf(box).hidden = false;
  box.setAttribute("aria-expanded", "true");
  choose(box, "searchFreely" in box.dataset ? null : listOf(box).querySelector("[role=group] [role=option]"));
  const said = listOf(box).querySelector("[data-search-said]").dataset.searchSaid;
  box.parentElement.querySelector("[data-search-told]").textContent = said;
}

function close(box) {
  listOf(box).hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function step(box, by) {
  const all = rows(box);
  const at = all.indexOf(chosen(box));
  choose(box, all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
}

function choose(box, row) {
  for (const other of rows(box)) other.setAttribute("aria-selected", String(other === row));
  if (!row) return box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-activedescendant", row.id);
  row.scrollIntoView({ block: "nearest" });
}
