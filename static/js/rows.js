// Rows of a form: a button adds a blank one at the end, drawn from the template that the page brings. The spare row
// that stands there for a browser without script goes, where there are others.
for (const set of document.querySelectorAll("[data-rows]")) {
  const button = set.querySelector("[data-rows-add]");
  button.hidden = false;
  const spare = set.querySelector("[data-row-spare]");
  if (spare && set.querySelectorAll("[data-row]").length > 1) {
    spare.remove();
    count(set).value = String(Number(count(set).value) - 1);
  }
  button.addEventListener("click", () => addRow(set, button));
}

function addRow(set, button) {
  const number = Number(count(set).value);
  const holder = document.createElement("div");
  holder.append(set.querySelector("[data-rows-blank]").content.cloneNode(true));
  holder.innerHTML = holder.innerHTML.replaceAll("__prefix__", String(number));
  const row = holder.querySelector("[data-row]");
  row.querySelector("[data-row-rank]").textContent = String(number + 1);
  button.closest("p").before(row);
  count(set).value = String(number + 1);
  row.querySelector("input:not([type=hidden]), select, textarea").focus();
}

function count(set) {
  return set.querySelector(`[name="${set.dataset.rows}-TOTAL_FORMS"]`);
}
