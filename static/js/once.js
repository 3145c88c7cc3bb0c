// A form with data-once is sent once: a second click while it is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || event.submitter?.formTarget) return; // shown apart, as a preview: the form stays
  if (form.dataset.once === "sent") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  mark(form, true);
}, { capture: true });

// Free again: refused by a fetched answer, or shown again by Back.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form[data-once]");
  if (form) mark(form, false);
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-once]").forEach((form) => mark(form, false));
});

function mark(form, sent) {
  form.dataset.once = sent ? "sent" : "";
  for (const button of form.querySelectorAll("[type=submit]")) {
    if (sent) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}
