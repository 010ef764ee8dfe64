/* A page with several forms: what is typed or chosen in one and not sent is kept in this tab while another is sent, and
   stands in its field again once a page shows that form (screens 13). Forms that save themselves have autosave.js. */
"use strict";

(() => {
  const person = document.body.dataset.person;
  if (!person) return;
  const key = `ctts-beside:${person}:`; // its beginning is what signing out removes
  const UNKEPT = new Set(["hidden", "submit", "button", "reset", "file", "password"]);
  const forms = () => [...document.querySelectorAll("main form[method=post]:not([data-autosave-url])")];
  const addressOf = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !UNKEPT.has(field.type));
  const ticks = (field) => field.type === "checkbox" || field.type === "radio";

  const shownAtFirst = (field) => {
    if (field.type !== "select-one") return field.defaultValue;
    return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
  };
  const changed = (field) => (ticks(field) ? field.checked !== field.defaultChecked : field.value !== shownAtFirst(field));
  const refused = (form) => form.querySelector("[aria-invalid=true]") !== null; // what it shows was typed, not saved
  const unsent = (form) => fieldsOf(form).filter((field) => changed(field) || (refused(form) && (ticks(field) || field.value)));
  const written = (field) => ({ name: field.name, value: field.value, ...(ticks(field) && { checked: field.checked }) });
  const isField = (field, one) => field.name === one.name && (!ticks(field) || field.value === one.value);
  const placeOf = (form, one) => fieldsOf(form).find((field) => isField(field, one));

  const read = () => JSON.parse(sessionStorage.getItem(key) ?? "[]");
  const keep = (entries) => sessionStorage.setItem(key, JSON.stringify(entries));

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    const others = forms().filter((form) => form !== event.target && unsent(form).length);
    const kept = others.map((form) => ({ address: addressOf(form), fields: unsent(form).map(written) }));
    const known = new Set([event.target, ...others].map(addressOf));
    try {
      keep([...read().filter((entry) => !known.has(entry.address)), ...kept]);
      for (const form of others) form.dataset.besideKept = "yes"; // leaving the page loses nothing of it
    } catch {
      // storage is switched off: the browser asks before the page is left
    }
  });
  window.addEventListener("pageshow", () => {
    for (const form of forms()) delete form.dataset.besideKept;
  });

  const differs = (field, one) => (ticks(field) ? field.checked !== one.checked : field.value !== one.value);
  const fill = (field, one) => {
    if (ticks(field)) field.checked = one.checked;
    else field.value = one.value;
    for (let above = field.closest("details"); above; above = above.parentElement.closest("details")) above.open = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const giveBack = (form, entry) => {
    const places = entry.fields.map((one) => [placeOf(form, one), one]).filter(([field, one]) => !changed(field) && differs(field, one));
    for (const [field, one] of places) fill(field, one);
    if (!places.length) return;
    const said = document.createElement("p");
    said.className = "form-text";
    said.setAttribute("role", "status");
    said.textContent = "What you had typed here is back. It is not saved yet.";
    const [first] = places[0];
    (first.closest("fieldset, .mb-3") ?? first).after(said);
  };

  try {
    const left = read().filter((entry) => {
      const has = (form) => addressOf(form) === entry.address && entry.fields.every((one) => placeOf(form, one));
      const form = forms().find(has);
      if (form) giveBack(form, entry);
      return !form;
    });
    keep(left);
  } catch {
    // storage is switched off, or holds what is none of ours: nothing was kept
  }
})();
