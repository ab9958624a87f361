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

  return { element, bdi, number, counted };
})();
