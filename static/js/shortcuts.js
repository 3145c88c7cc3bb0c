// « ? » opens the list of shortcuts, unless one is writing; so does any button with data-shortcuts-open.
const list = document.querySelector("[data-shortcuts]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  list?.showModal();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts-open]")) list?.showModal();
  if (event.target.closest("[data-print]")) window.print();
});
