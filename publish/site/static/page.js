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

// One button for all awards, at the one that is pointed at: a sentence and its address.
const copyAward = page.copyButton(() => {
  const award = copyAward.closest("[data-sentence]");
  return `${award.querySelector("bdi").textContent}, ${award.dataset.sentence} ${
    location.href.split("#")[0]}#${award.id}`;
});

function offerCopy(at) {
  const award = at && at.closest && at.closest("[data-sentence]");
  if (award && !award.contains(copyAward)) award.append(" ", copyAward);
}

for (const event of ["pointerover", "focusin"]) {
  document.addEventListener(event, ({ target }) => offerCopy(target));
}
window.addEventListener("hashchange", () => {
  unfold();
  offerCopy(document.getElementById(location.hash.slice(1)));
});
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details.printed")) details.open = true;
});
unfold();
offerCopy(document.getElementById(location.hash.slice(1)));
