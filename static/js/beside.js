/* A page with several forms: what is typed in one and not sent is kept in this tab while another is sent, and stands in
   its field again once the page is back (screens 13). Forms that save themselves have autosave.js. */
"use strict";

(() => {
  const person = document.body.dataset.person;
  if (!person) return;
  const key = `ctts-beside:${person}:${location.pathname}`;
  const forms = () => [...document.querySelectorAll("main form[method=post]:not([data-autosave-url])")];
  const addressOf = (form) => (form.getAttribute("action") ?? "").split("#")[0];
  const typedIn = (form) =>
    [...form.querySelectorAll("textarea, input[type=text]")].filter((field) => field.name && field.value !== field.defaultValue);

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    const kept = [];
    for (const form of forms()) {
      const fields = typedIn(form);
      if (form === event.target || !fields.length) continue;
      kept.push([addressOf(form), Object.fromEntries(fields.map((field) => [field.name, field.value]))]);
      form.dataset.besideKept = "yes"; // leaving the page loses nothing of it
    }
    try {
      if (kept.length) sessionStorage.setItem(key, JSON.stringify(kept));
    } catch {
      // storage is switched off: the browser asks before the page is left
      for (const form of forms()) delete form.dataset.besideKept;
    }
  });
  window.addEventListener("pageshow", () => {
    for (const form of forms()) delete form.dataset.besideKept;
  });

  const giveBack = (form, texts) => {
    const fields = [...form.querySelectorAll("textarea, input[type=text]")].filter(
      (field) => field.name in texts && field.value === field.defaultValue,
    );
    for (const field of fields) {
      field.value = texts[field.name];
      for (let above = field.closest("details"); above; above = above.parentElement.closest("details")) above.open = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (!fields.length) return;
    const said = document.createElement("p");
    said.className = "form-text";
    said.setAttribute("role", "status");
    said.textContent = "What you had typed here is back. It is not saved yet.";
    fields[0].after(said);
  };

  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    sessionStorage.removeItem(key);
    for (const [address, texts] of kept) {
      const form = forms().find((one) => addressOf(one) === address);
      if (form) giveBack(form, texts);
    }
  } catch {
    // storage is switched off, or holds what is none of ours: nothing was kept
  }
})();
