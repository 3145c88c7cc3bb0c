// What was unfolded or opened before htmx listened to it, on a slow machine or from another page's Back, is fetched all
// the same.
document.addEventListener("htmx:load", ({ target }) => {
  for (const open of target.querySelectorAll("details[open]:has(> [hx-trigger]), [popover][hx-trigger]:popover-open")) {
    open.dispatchEvent(new Event("toggle"));
  }
});
