// Tabs: links in a row. The arrow keys, Début and Fin move along it; Entrée opens, as with any link.
const KEYS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[data-tabs] a");
  const step = KEYS[event.key];
  if (!tab || !step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  event.preventDefault();
  const tabs = [...tab.closest("[data-tabs]").querySelectorAll("a")];
  const at = tabs.indexOf(tab) + step;
  const next = Number.isFinite(at) ? (at + tabs.length) % tabs.length : at < 0 ? 0 : tabs.length - 1;
  tabs[next].focus();
});
