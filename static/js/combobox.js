// Search boxes: htmx fetches what is found as one types; the arrow keys choose, Entrée takes, Échap closes. The best
// is chosen at once, unless the box may as well be sent as it is (data-search-freely).
//
// An option that is a link is followed. Any other is picked: the box fires `picked`, whose detail is the data-… of
// the option, and empties itself unless a listener prevents that. A box may come into the page at any time.
// data-search-picks: Entrée never sends the box's form; pressed before the answer, as by a scanner of codes, it takes
// what is found if that is a single thing. data-send-NAME="ID": sends what the field ID says as NAME.
const BOX = "[data-search-box]";
const asked = new WeakMap(); // what each box last asked for
const answered = new WeakMap(); // what its list answers
const wanting = new WeakSet(); // boxes whose list was called by a key
const taking = new WeakSet(); // boxes in which Entrée came before the answer

document.querySelectorAll(BOX).forEach(prepare);
document.addEventListener("htmx:load", () => document.querySelectorAll(BOX).forEach(prepare));

on("focusin", (box) => {
  prepare(box);
  if (isCurrent(box) && box.value.trim()) open(box);
});
on("focusout", close);
on("input", (box) => {
  taking.delete(box);
  if (!box.value.trim()) close(box);
});
on("keydown", press);

on("htmx:configRequest", (box, event) => {
  for (const [name, value] of sent(box)) event.detail.parameters[name] = value;
  asked.set(box, question(box));
});
document.addEventListener("htmx:afterSwap", (event) => {
  const box = boxOf(event.target);
  if (!box) return;
  answered.set(box, asked.get(box));
  const wanted = wanting.delete(box) || box.value.trim();
  const found = listOf(box).querySelectorAll("[role=group] [role=option]");
  if (taking.delete(box) && isCurrent(box) && found.length === 1) found[0].click();
  else if (wanted && document.activeElement === box && isCurrent(box)) open(box);
  else close(box);
});

document.addEventListener("mousedown", (event) => {
  if (boxOf(event.target.closest("[role=listbox]"))) event.preventDefault(); // the focus stays in the box
});
document.addEventListener("click", (event) => {
  const row = event.target.closest("[role=option]:not([href])");
  const box = row && boxOf(row.closest("[role=listbox]"));
  if (box) pick(box, row);
});

function on(kind, act) {
  document.addEventListener(kind, (event) => {
    if (event.target.matches?.(BOX)) act(event.target, event);
  });
}

function prepare(box) {
  if (box.getAttribute("role") === "combobox") return;
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", listOf(box).id);
  box.setAttribute("aria-expanded", "false");
}

function press(box, event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const shown = !listOf(box).hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (shown) step(box, event.key === "ArrowDown" ? 1 : -1);
    else call(box);
  } else if (event.key === "Enter" && shown && isCurrent(box) && chosen(box)) {
    event.preventDefault();
    chosen(box).click();
  } else if (event.key === "Enter" && "searchPicks" in box.dataset) {
    event.preventDefault();
    if (!box.value.trim() || isCurrent(box)) return;
    taking.add(box);
    call(box);
  } else if (event.key === "Escape" && shown) {
    event.preventDefault();
    close(box);
  }
}

function pick(box, row) {
  const detail = { ...row.dataset };
  close(box);
  if (box.dispatchEvent(new CustomEvent("picked", { bubbles: true, cancelable: true, detail }))) box.value = "";
}

function listOf(box) {
  return document.getElementById(`${box.id}-found`);
}

function boxOf(list) {
  const box = list?.id?.endsWith("-found") && document.getElementById(list.id.slice(0, -"-found".length));
  return box && box.matches(BOX) ? box : null;
}

function rows(box) {
  return [...listOf(box).querySelectorAll("[role=option]")];
}

function chosen(box) {
  return listOf(box).querySelector("[aria-selected=true]");
}

// The other fields that a box sends along, each by the name it is sent under.
function sent(box) {
  return Object.entries(box.dataset)
    .filter(([key]) => key.startsWith("send"))
    .map(([key, id]) => [key.slice("send".length).toLowerCase(), document.getElementById(id)])
    .map(([name, field]) => [name, field.type === "checkbox" ? Number(field.checked) : field.value]);
}

function question(box) {
  return JSON.stringify([box.value.trim(), ...sent(box)]);
}

// Whether what stands in the list answers what stands in the box now, not what stood there before.
function isCurrent(box) {
  return answered.get(box) === question(box) && listOf(box).childElementCount > 0;
}

function call(box) {
  if (isCurrent(box)) return open(box);
  wanting.add(box);
  box.dispatchEvent(new Event("wanted"));
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
