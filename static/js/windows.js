// Windows: a link with data-window is fetched into the page's dialog instead of being followed. The browser's own
// modal dialog keeps the focus inside, closes at Escape and gives the focus back. So is any link in a menu with
// data-windows but for those that show a document; what is done there is told in place (in-place.js).
const frame = document.querySelector("[data-window-frame]");
const DOCUMENT = /^\/documents\/\d+\/$/;
const DRAFT = /^\/(factures|avoirs)\/\d+\//;
let menu = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-window], [data-windows] a[href]:not([target], [data-page])");
  if (link && !("window" in link.dataset) && DOCUMENT.test(link.pathname)) return;
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  menu = link.closest("[data-windows]");
  menu?.hidePopover();
  fetchInto("GET", link, link.href);
});

// Done in a window that a menu opened: the page stays, unless what was made is a draft, which is to be gone on with.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const address = event.detail.xhr.getResponseHeader("HX-Redirect");
  if (!address || !menu || event.detail.target !== frame || DRAFT.test(new URL(address, location).pathname)) return;
  event.preventDefault();
  frame.close();
  document.dispatchEvent(new CustomEvent("window:done", { detail: { menu: menu.id } }));
});

// A form sent inside a window comes back into it when it is refused; accepted, the answer moves the page.
frame.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.target || event.submitter?.formTarget || form.method === "dialog") return;
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
  const { responseURL } = event.detail.xhr;
  if (responseURL) frame.dataset.address = responseURL; // with what a form that asks has added to it
  frame.setAttribute("aria-label", frame.querySelector("[data-window-title]")?.textContent ?? "");
  if (!frame.open) {
    frame.showModal();
    history.pushState({ window: true }, "");
  }
  frame.querySelector("[autofocus], form :is(input:not([type=hidden]), select, textarea):enabled")?.focus();
});
