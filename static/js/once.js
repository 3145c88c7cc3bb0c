// A form with data-once is sent once: a second click while it is under way does nothing. While one of its buttons has
// something filled in by the server, sending waits for it, so that what is sent is what that button made.
const filling = new WeakMap(); // the request of a form's button that is under way
const waiting = new WeakMap(); // what sends the form after it

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || event.submitter?.formTarget) return; // shown apart, as a preview: the form stays
  if (form.dataset.once) {
    if (form.dataset.once === "filling") waiting.set(form, event.submitter);
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  mark(form, "sent");
}, { capture: true });

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || !event.target.matches("[type=submit]")) return;
  filling.set(form, event.detail.xhr);
  mark(form, "filling");
});

// Free again: filled in, refused by a fetched answer, or shown again by Back.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || (form.dataset.once === "filling" && filling.get(form) !== event.detail.xhr)) return;
  const submitter = waiting.get(form);
  waiting.delete(form);
  mark(form, "");
  if (submitter && event.detail.successful) form.requestSubmit(submitter);
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-once]").forEach((form) => mark(form, ""));
});

function mark(form, state) {
  form.dataset.once = state;
  for (const button of form.querySelectorAll("[type=submit]")) {
    if (state) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}
