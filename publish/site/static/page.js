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

// Who uses the keyboard has the address on the winner's page; here it would be a stop more each.
copyAward.tabIndex = -1;

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
// A mistake is reported with what it is about: the award or racer behind the #, if there is one.
const wrong = document.getElementById("wrong");
for (const event of wrong ? ["pointerdown", "keydown"] : []) {
  wrong.addEventListener(event, () => {
    const hash = location.hash.slice(1);
    const award = document.getElementById(hash)?.closest("[data-sentence]");
    const about = award ? `${award.querySelector("bdi").textContent}, ${award.dataset.sentence}` : document.title;
    const where = location.pathname.split("/").pop() + (hash && `#${hash}`);
    wrong.href = `${wrong.dataset.form}?title=${encodeURIComponent(`${about} (${where})`)}`;
  });
}

let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.printed:not([open])")];
  for (const details of opened) details.open = true;
});
window.addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
unfold();
offerCopy(document.getElementById(location.hash.slice(1)));
