// A search box that is a filter (data-search-fills): what is picked stands in it, and its form is sent.
document.addEventListener("picked", (event) => {
  const box = event.target.closest("[data-search-fills]");
  if (!box) return;
  event.preventDefault();
  box.value = event.detail.fill;
  box.form.requestSubmit();
});
