/* Finds competencies by typing, and shows the chosen ones above their tick boxes (screens 16). The boxes are the form:
   without this file they are ticked as they stand. */
"use strict";

(() => {
  const nameOf = (row) => row.querySelector("label").textContent.trim();
  const boxOf = (row) => row.querySelector("input[type=checkbox]");

  const made = (tag, className, text = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };

  const setUp = (picker, number) => {
    const rows = [...picker.querySelectorAll(".form-check")];
    const head = made("div", "picker");
    const label = made("label", "form-label", "Find a competency by typing");
    const field = made("input", "form-control");
    field.type = "search";
    field.id = `picker-${number}`;
    field.autocomplete = "off";
    label.htmlFor = field.id;
    const status = made("p", "picker__status quiet small");
    status.setAttribute("role", "status");
    const chosen = made("ul", "picker__chosen");
    chosen.setAttribute("aria-label", "Chosen competencies");
    head.append(label, field, status, chosen);
    picker.before(head);

    const takeOut = (row) => {
      const item = made("li", "");
      const button = made("button", "btn btn-secondary btn-sm", `${nameOf(row)} ×`);
      button.type = "button";
      button.setAttribute("aria-label", `Take out ${nameOf(row)}`);
      button.addEventListener("click", () => {
        boxOf(row).checked = false;
        boxOf(row).dispatchEvent(new Event("change", { bubbles: true }));
        field.focus();
      });
      item.append(button);
      return item;
    };

    const tell = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const name = nameOf(row).toLowerCase();
        row.hidden = !words.every((word) => name.includes(word));
      }
      for (const group of picker.querySelectorAll(".choices__group")) {
        let next = group.nextElementSibling;
        while (next?.hidden) next = next.nextElementSibling;
        group.hidden = !next?.classList.contains("form-check");
      }
      const ticked = rows.filter((row) => boxOf(row).checked);
      const shown = rows.filter((row) => !row.hidden).length;
      const beneath = picker.scrollHeight > picker.clientHeight + 1 ? " The list scrolls: more stand beneath." : "";
      status.textContent = `${shown} of ${rows.length} shown, ${ticked.length} chosen.${beneath}`;
      chosen.replaceChildren(...ticked.map(takeOut));
      chosen.hidden = !ticked.length;
    };

    field.addEventListener("input", (event) => {
      event.stopPropagation(); // what is sought is no part of what is saved
      tell();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // it finds, it does not send the form
    });
    picker.addEventListener("change", tell);
    tell();
  };

  document.querySelectorAll("[data-picker]").forEach(setUp);
})();
