// What was done in a window opened from a menu: the page is fetched again where it stands, as far as one had scrolled,
// what was unfolded unfolded again, and the focus back on the menu.
document.addEventListener("window:done", async ({ detail }) => {
  const address = new URL(location.href);
  address.hash = "";
  const last = [...document.querySelectorAll("[data-cursor]")].at(-1);
  if (last) address.searchParams.set("through", last.dataset.cursor);
  const unfolded = [...document.querySelectorAll("li[id] > details[open]")].map((details) => details.parentElement.id);
  const top = window.scrollY;
  const settled = new Promise((done) => document.addEventListener("htmx:afterSettle", done, { once: true }));
  await window.htmx.ajax("GET", address.href, { target: "#page", select: "#page", swap: "outerHTML" });
  await settled; // before, htmx doesn't hear yet what is unfolded
  for (const id of unfolded) document.getElementById(id)?.querySelector("details").setAttribute("open", "");
  window.scrollTo({ top, behavior: "instant" });
  const button = document.querySelector(`[popovertarget="${detail.menu}"]`) ?? document.getElementById("page");
  button.focus({ preventScroll: true });
});
