// A form with data-unsaved that was changed isn't lost by leaving the page without a word.
const CHANGED = 'form[data-unsaved="changed"]';

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-unsaved]");
  if (form) form.dataset.unsaved = "changed";
});

// Sent, nothing is left to lose; unless the answer to a fetched form never comes.
document.addEventListener("submit", (event) => {
  const form = event.target.closest(CHANGED);
  if (form && !event.submitter?.formTarget) form.dataset.unsaved = "";
}, { capture: true });

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    const form = event.target.closest("form[data-unsaved]");
    if (form) form.dataset.unsaved = "changed";
  });
}

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector(CHANGED)) event.preventDefault();
});
