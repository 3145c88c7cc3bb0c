// The lines of a visit or an invoice: picked from the catalogue or free, moved and taken out on the page. What they come
// to is fetched, by the server's own rules. What is taken out stays in the form, ticked.
for (const editor of document.querySelectorAll("[data-lines]")) {
  editor.dataset.live = "";
  editor.querySelector("[data-lines-add]").hidden = false;
  const spare = editor.querySelector("[data-line-spare]");
  if (spare) {
    spare.remove();
    count(editor).value = String(Number(count(editor).value) - 1);
  }
  for (const line of all(editor)) dress(line);
  for (const line of all(editor)) if (field(line, "DELETE").checked) line.hidden = true;
  rank(editor);

  editor.querySelector("[data-lines-add]").addEventListener("click", () => focus(add(editor), "label"));
  // A numbered line has an arrow that opens the tariffs: what is picked then takes its place.
  let picking = null;
  editor.addEventListener("focusout", (event) => {
    if (event.target.matches("[data-search-box]")) picking = null;
  });
  editor.addEventListener("picked", (event) => {
    const line = picking ? fill(picking, event.detail) : add(editor, event.detail);
    focus(line, event.detail.tariff ? "quantity" : "unit_price");
    tell(editor);
  });
  editor.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]");
    if (!line) return;
    if (event.target.closest("[data-line-pick]")) {
      const box = editor.querySelector("[data-search-box]");
      box.focus();
      picking = line;
      box.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));
    } else if (event.target.closest("[data-line-remove]")) remove(editor, line);
    else if (event.target.closest("[data-line-up]")) move(editor, line, -1);
    else if (event.target.closest("[data-line-down]")) move(editor, line, 1);
  });
  // Entrée in a line sends nothing half typed: it leads back to the catalogue.
  editor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-line] input")) return;
    event.preventDefault();
    editor.querySelector("[data-search-box]").focus();
  });
}

// « M » adds a line where a button says so, unless one is writing.
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const button = document.querySelector('[data-lines-add][data-key="m"]');
  if (!button) return;
  event.preventDefault();
  button.click();
});

function add(editor, told = {}) {
  const number = Number(count(editor).value);
  const holder = document.createElement("ol");
  holder.append(editor.querySelector("[data-lines-blank]").content.cloneNode(true));
  holder.innerHTML = holder.innerHTML.replaceAll("__prefix__", String(number));
  const line = holder.querySelector("[data-line]");
  editor.querySelector("[data-lines-list]").append(line);
  count(editor).value = String(number + 1);
  fill(line, told);
  dress(line);
  rank(editor);
  return line;
}

function fill(line, told) {
  const values = { label: told.label, unit_price: told.unitPrice, nature: told.nature, account: told.account };
  values.item = told.item ?? (told.label === undefined ? undefined : "");
  for (const [name, value] of Object.entries(values)) if (value !== undefined) field(line, name).value = value;
  if (told.vatRate !== undefined) choose(field(line, "vat_rate"), told.vatRate);
  return line;
}

// A rate that the page doesn't offer is offered: the server decides on it.
function choose(select, value) {
  if (![...select.options].some((option) => option.value === value)) select.add(new Option(`${value} %`, value));
  select.value = value;
}

function dress(line) {
  line.querySelector("[data-line-plain]").hidden = true;
  line.querySelector("[data-line-moves]").hidden = false;
  const arrow = line.querySelector("[data-line-pick]");
  if (arrow) arrow.hidden = false;
}

function remove(editor, line) {
  const shown = all(editor).filter((other) => !other.hidden);
  const next = shown[shown.indexOf(line) + 1] ?? shown[shown.indexOf(line) - 1];
  field(line, "DELETE").checked = true;
  line.hidden = true;
  rank(editor);
  tell(editor);
  (next?.querySelector("[data-line-remove]") ?? editor.querySelector("[data-search-box]")).focus();
}

function move(editor, line, by) {
  const shown = all(editor).filter((other) => !other.hidden);
  const other = shown[shown.indexOf(line) + by];
  if (!other) return;
  const focused = document.activeElement;
  if (by < 0) other.before(line);
  else other.after(line);
  focused.focus();
  rank(editor);
  tell(editor);
}

function rank(editor) {
  const shown = all(editor).filter((line) => !line.hidden);
  shown.forEach((line, place) => {
    line.querySelector("[data-line-rank]").textContent = String(place + 1);
    const number = line.querySelector("[data-line-number]");
    if (number) number.textContent = String(place + 1);
    field(line, "ORDER").value = String(place + 1);
    line.querySelector("[data-line-up]").disabled = place === 0;
    line.querySelector("[data-line-down]").disabled = place === shown.length - 1;
  });
}

function tell(editor) {
  editor.closest("form").dataset.unsaved = "changed";
  editor.dispatchEvent(new CustomEvent("linesmoved", { bubbles: true }));
}

function all(editor) {
  return [...editor.querySelectorAll("[data-lines-list] > [data-line]")];
}

function count(editor) {
  return editor.querySelector(`[name="${editor.dataset.lines}-TOTAL_FORMS"]`);
}

function field(line, name) {
  return line.querySelector(`[name$="-${name}"]`);
}

function focus(line, name) {
  const target = field(line, name);
  target.focus();
  target.select?.();
}
