// Asks for the live part of a page again every two seconds, while somebody looks at it and has not paused it.
"use strict";
(() => {
  const part = document.querySelector("[data-poll]");
  if (!part) return;
  const status = document.querySelector("[data-poll-status]");
  const button = document.querySelector("[data-poll-pause]");
  let paused = false;
  let failures = 0;

  const refresh = async () => {
    if (!paused && !document.hidden) {
      try {
        const answer = await fetch(part.dataset.poll, { credentials: "same-origin", redirect: "error" });
        if (!answer.ok) throw new Error(String(answer.status));
        const read = new DOMParser().parseFromString(await answer.text(), "text/html");
        part.replaceChildren(...read.body.childNodes);
        const said = part.querySelector("[data-poll-say]");
        if (status && said && status.textContent !== said.textContent) status.textContent = said.textContent;
        failures = 0;
      } catch {
        failures += 1;
        if (status && failures === 3) status.textContent = "The numbers cannot be refreshed at the moment.";
      }
    }
    setTimeout(refresh, 2000 * Math.min(1 + failures, 8));
  };

  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      paused = !paused;
      button.setAttribute("aria-pressed", String(paused));
    });
  }
  setTimeout(refresh, 2000);
})();
