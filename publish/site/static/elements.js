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

  // One formatter for all numbers: to make one takes longer than to use it.
  const numbers = new Intl.NumberFormat("en");
  const number = (value) => numbers.format(value);

  function counted(many, one, more) {
    return `${number(many)} ${many === 1 ? one : more}`;
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
    const button = element("button", "Copy link", "copy");
    button.type = "button";
    button.addEventListener("click", async () => {
      button.textContent = await copy(words()) ? "Copied" : "Copy the address of this page";
      setTimeout(() => { button.textContent = "Copy link"; }, 2500);
    });
    return button;
  }

  return { element, bdi, number, counted, copyButton };
})();
