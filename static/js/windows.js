// Windows: a link with data-window is fetched into the page's dialog instead of being followed. The browser's own
// modal dialog keeps the focus inside, closes at Escape and gives the focus back.
const frame = document.querySelector("[data-window-frame]");

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-window]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  fetchInto("GET", link, link.href);
});

// A form sent inside a window comes back into it when it is refused; accepted, the answer moves the page.
frame.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.target || form.method === "dialog") return;
  event.preventDefault();
  const address = form.getAttribute("action") || frame.dataset.address;
  const button = event.submitter?.name ? { [event.submitter.name]: event.submitter.value } : {};
  fetchInto(form.method.toUpperCase(), form, address, button);
});

frame.addEventListener("click", (event) => {
  if (!event.target.closest("[data-window-close]")) return;
  event.preventDefault();
  if (mayClose()) frame.close();
});

frame.addEventListener("cancel", (event) => {
  if (!mayClose()) event.preventDefault();
});

frame.addEventListener("close", () => {
  frame.replaceChildren();
  if (history.state?.window) leaveStep();
});

// An open window is a step of its own in the history, so that Back closes it instead of leaving the page. htmx, which
// answers this event too, but later, is to know nothing of it.
let closing = false;

window.addEventListener("popstate", (event) => {
  if (closing) closing = false;
  else if (!frame.open) return;
  else if (mayClose()) frame.close();
  else history.pushState({ window: true }, "");
  event.stopImmediatePropagation();
});

// Back to a page that was left by a link in its window: the window is gone, so is its step.
if (history.state?.window) leaveStep();

function leaveStep() {
  closing = true;
  history.back();
}

function mayClose() {
  return !frame.querySelector('form[data-unsaved="changed"]') || window.confirm("Fermer sans enregistrer la saisie\u202f?");
}

async function fetchInto(verb, source, address, values = {}) {
  source.setAttribute("aria-busy", "true");
  frame.dataset.address = address;
  try {
    await window.htmx.ajax(verb, address, { source, target: frame, swap: "innerHTML", values });
  } catch {
    // No answer: failures.js tells it.
  } finally {
    source.removeAttribute("aria-busy");
  }
}

frame.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== frame) return;
  frame.setAttribute("aria-label", frame.querySelector("[data-window-title]")?.textContent ?? "");
  if (!frame.open) {
    frame.showModal();
    history.pushState({ window: true }, "");
  }
  frame.querySelector("[autofocus], form :is(input:not([type=hidden]), select, textarea):enabled")?.focus();
});
