// An answer that never came, or that htmx doesn't show, is told: nothing fails silently.
const template = document.querySelector("[data-failure]");

document.addEventListener("htmx:sendError", () => tell("Le serveur ne répond pas. Vérifiez la connexion, puis recommencez."));
document.addEventListener("htmx:timeout", () => tell("Le serveur met trop de temps à répondre. Recommencez dans un instant."));
document.addEventListener("htmx:responseError", (event) => tell(reason(event.detail.xhr.status)));

function reason(status) {
  if (status === 403) return "Votre rôle ne permet pas cette action, ou la page a expiré\u00a0: rechargez-la.";
  if (status === 404) return "Cet élément n’existe plus. Rechargez la page.";
  return "La demande n’a pas abouti, et rien n’a été enregistré. Si l’erreur se répète, prévenez un administrateur.";
}

function tell(sentence) {
  const message = template.content.cloneNode(true);
  message.querySelector("[data-text]").textContent = sentence;
  const open = document.querySelector("dialog[open]") ?? document.querySelector("[data-messages]");
  if (open.querySelector("[data-text]")?.textContent === sentence) return; // said once is enough
  open.prepend(message);
}
