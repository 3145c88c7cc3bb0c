// Arrow keys in a list of actions; opening, Escape and closing are the browser's own (popover).
document.addEventListener("keydown", (event) => {
  const button = event.target.closest("[data-popmenu]");
  if (button && event.key === "ArrowDown") {
    event.preventDefault();
    const menu = document.getElementById(button.getAttribute("popovertarget"));
    menu.showPopover({ source: button });
    items(menu)[0]?.focus();
    return;
  }
  const menu = event.target.closest(".popmenu");
  if (!menu) return;
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const next = {
    ArrowDown: at + 1,
    ArrowUp: at - 1 + all.length,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (next === undefined || all.length === 0) return;
  event.preventDefault();
  all[next % all.length].focus();
});

// Fetched once it is open, its first action has the focus that its content had, or nothing.
document.addEventListener("htmx:beforeSwap", ({ target: menu }) => {
  if (!menu.matches?.(".popmenu")) return;
  const focused = menu.contains(document.activeElement);
  menu.addEventListener("htmx:afterSwap", () => focused && items(menu)[0]?.focus(), { once: true });
});

function items(menu) {
  return [...menu.querySelectorAll("a[href], button:not(:disabled)")];
}
