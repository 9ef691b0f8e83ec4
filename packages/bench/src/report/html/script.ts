// What the page does beyond what its markup does: it remembers the theme, opens what a link points into, counts what a filter shows,
// and copies commands. It loads nothing, and the page is complete without it.

/** The script, as it stands in the page. */
export const SCRIPT: string = `"use strict";
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // The theme: a file that is opened from a disk may have no storage.
  const key = "pollab-theme";
  try {
    const choice = document.getElementById(localStorage.getItem(key));
    if (choice !== null) choice.checked = true;
  } catch {}
  for (const choice of all("input[name=theme]")) {
    choice.addEventListener("change", () => {
      try { localStorage.setItem(key, choice.id); } catch {}
    });
  }

  // A link may point into what is closed.
  const reveal = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (target === null) return;
    for (let at = target; at !== null; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
    for (const inner of all(":scope > details", target)) if (target.matches(".claim")) inner.open = true;
    target.scrollIntoView();
    if (target.tabIndex === -1) target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  reveal();

  // How many claims are left by the filters.
  const claims = all(".claim");
  const status = document.querySelector(".status");
  for (const filter of all(".filters input")) {
    filter.addEventListener("change", () => {
      const shown = claims.filter((claim) => claim.checkVisibility()).length;
      status.textContent = "Showing " + shown + " of " + claims.length + " claims";
    });
  }

  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", () => act(made));
    return made;
  };
  if (claims.length > 1) {
    let open = false;
    document.querySelector(".filters").append(button("Open all", (made) => {
      open = !open;
      for (const inner of all(".claim > details")) inner.open = open;
      made.textContent = open ? "Close all" : "Open all";
    }));
  }
  for (const command of all(".command")) {
    const code = command.querySelector("code");
    const made = button("Copy", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        made.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        made.textContent = "Selected";
      }
      setTimeout(() => { made.textContent = "Copy"; }, 2000);
    });
    made.setAttribute("aria-label", "Copy " + code.textContent);
    command.append(made);
  }
})();
`;
