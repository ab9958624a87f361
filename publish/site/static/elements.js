// What the scripts build pages from. Names are untrusted: they only ever become text.
"use strict";

const page = (() => {
  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function bdi(text) {
    return element("bdi", text);
  }

  // An element of elements and texts.
  function filled(name, className, ...content) {
    const made = element(name, undefined, className);
    made.append(...content);
    return made;
  }

  function link(address, ...content) {
    const made = filled("a", undefined, ...content);
    made.href = address;
    return made;
  }

  // A region that scrolls, also with the keyboard.
  function scroll(label, content) {
    const made = filled("div", "scroll", content);
    made.tabIndex = 0;
    made.setAttribute("role", "region");
    made.setAttribute("aria-label", label);
    return made;
  }

  function button(className, press, ...content) {
    const made = filled("button", className, ...content);
    made.type = "button";
    made.addEventListener("click", press);
    return made;
  }

  // The same as in publish/site/text.py: what is typed has to meet what was written.
  function folded(name) {
    const lower = name.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
    return lower.replace(/[^\p{L}\p{N}]+/gu, "") || lower.replace(/\s+/gu, "");
  }

  // One formatter for all numbers: to make one takes longer than to use it.
  const numbers = new Intl.NumberFormat("en");
  const number = (value) => numbers.format(value);

  function counted(many, one, more) {
    return `${number(many)} ${many === 1 ? one : more}`;
  }

  function ordinal(rank) {
    const teen = [11, 12, 13].includes(rank % 100);
    return `${number(rank)}${teen ? "th" : ["th", "st", "nd", "rd"][rank % 10] ?? "th"}`;
  }

  // Not every page may use the clipboard: one from a folder, say, or without https.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = element("textarea", text, "unseen");
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  // words: a function that says what is copied.
  function copyButton(words) {
    const made = button("copy", async () => {
      made.textContent = await copy(words()) ? "Copied" : "Copy the address of this page";
      setTimeout(() => { made.textContent = "Copy link"; }, 2500);
    }, "Copy link");
    return made;
  }

  return { element, bdi, filled, link, scroll, button, folded, number, counted, ordinal, copy, copyButton };
})();
