// The lines of a credit note on an invoice: the ✕ takes one out, which stays in the form, ticked. A quantity that is
// changed empties the amount beside it, which is then that of the quantity, by the server's own rules.
for (const editor of document.querySelectorAll("[data-credit-lines]")) {
  const all = [...editor.querySelectorAll("[data-credit-line]")];
  for (const line of all) {
    line.querySelector("[data-credit-plain]").hidden = true;
    line.querySelector("[data-credit-moves]").hidden = false;
    line.hidden = box(line).checked;
  }
  editor.addEventListener("click", (event) => {
    const button = event.target.closest("[data-credit-remove]");
    if (!button) return;
    const line = button.closest("[data-credit-line]");
    const shown = all.filter((other) => !other.hidden);
    const next = shown[shown.indexOf(line) + 1] ?? shown[shown.indexOf(line) - 1];
    box(line).checked = true;
    line.hidden = true;
    editor.closest("form").dataset.unsaved = "changed";
    next?.querySelector("[data-credit-remove]").focus();
  });
  editor.addEventListener("input", (event) => {
    if (!event.target.matches("[data-credit-quantity]")) return;
    event.target.closest("[data-credit-line]").querySelector('[name$="-amount"]').value = "";
  });
}

function box(line) {
  return line.querySelector('[name$="-DELETE"]');
}
