/* A comment on some words of a piece: whoever selects them in the text finds them quoted in the form, with their part.
   Without script they are typed. What somebody wrote into the field themselves is left alone. */
"use strict";

(() => {
  const MOST = 1000; // characters
  const quote = document.querySelector("#id_quote");
  const part = document.querySelector("#id_part");
  const hint = document.querySelector("[data-quote-hint]");
  if (!quote || !part) return;
  if (hint) hint.hidden = false;
  let filled = quote.value; // what this script put there last

  const take = () => {
    const chosen = document.getSelection();
    const words = chosen?.toString().trim() ?? "";
    if (!words || words.length > MOST || !chosen.rangeCount) return;
    const range = chosen.getRangeAt(0);
    const within = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-part]");
    const from = within(range.startContainer);
    if (!from || from !== within(range.endContainer) || quote.value !== filled) return;
    filled = quote.value = words;
    part.value = from.dataset.part;
  };

  document.addEventListener("selectionchange", take);
})();
