/* Counts the words of a piece while it is typed, as the server counts them when it saves (training/rules/words.py):
   a word holds a letter or a digit; what follows a heading of references is left out, up to the next heading of the same
   or a higher rank. The server's count is the one that counts. */
"use strict";

(() => {
  const REFERENCES =
    /^(#{0,6})\s*(?:\*\*|__)?\s*(?:\d{1,2}(?:\.\d{1,2})?[.)]?\s+)?(?:references|reference list|list of references|bibliography|works cited)\s*:?\s*(?:\*\*|__)?\s*#*$/i;
  const HEADING = /^(#{1,6})\s+\S/;

  const rankOf = (line) => {
    const found = line.length < 80 ? REFERENCES.exec(line.trim()) : null;
    return found ? found[1].length || 6 : 0;
  };

  const wordsOf = (text) => {
    let count = 0;
    let leavingOut = 0;
    for (const line of text.split(/\r\n|\r|\n/)) {
      const heading = HEADING.exec(line.trim());
      if (leavingOut && heading && heading[1].length <= leavingOut) leavingOut = 0;
      leavingOut = rankOf(line) || leavingOut;
      if (!leavingOut) count += (line.match(/\S+/g) ?? []).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
    }
    return count;
  };

  const headingAbove = (area) => area.closest(".case-section")?.querySelector("input[type=text]")?.value ?? "";

  for (const form of document.querySelectorAll("form[data-count-words]")) {
    const spot = form.querySelector("[data-words]");
    const tell = () => {
      const areas = [...form.querySelectorAll("textarea")].filter((area) => !rankOf(headingAbove(area)));
      spot.textContent = String(areas.reduce((sum, area) => sum + wordsOf(area.value), 0));
    };
    form.addEventListener("input", tell);
    tell();
  }
})();
