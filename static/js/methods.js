// The ways in which a règlement is paid: the spare ones come one by one, when they are asked for.
document.querySelectorAll("[data-methods]").forEach(prepare);
document.addEventListener("htmx:load", () => document.querySelectorAll("[data-methods]").forEach(prepare));

function prepare(box) {
  const button = box.querySelector("[data-method-add]");
  if (!button.hidden) return;
  for (const one of box.querySelectorAll("[data-method]")) one.hidden = !("methodUsed" in one.dataset);
  button.hidden = !spare(box);
  button.addEventListener("click", () => {
    const next = spare(box);
    next.hidden = false;
    button.hidden = !spare(box);
    next.querySelector("select").focus();
  });
}

function spare(box) {
  return box.querySelector("[data-method][hidden]");
}
