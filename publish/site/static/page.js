// A link into a folded part opens it, and paper has no folds.
"use strict";

function unfold() {
  const target = document.getElementById(location.hash.slice(1));
  const folded = target && target.closest("details");
  if (folded) {
    folded.open = true;
    target.scrollIntoView();
  }
}

window.addEventListener("hashchange", unfold);
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details.printed")) details.open = true;
});
unfold();
