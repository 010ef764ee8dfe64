/* Marking by keyboard, finding in the contents, citing a page. Everything works without it. */
"use strict";

(() => {
  const form = document.querySelector("form[data-marking]");
  if (!form) return;
  const points = [...form.querySelectorAll("[data-point]")];
  const answers = { p: "pass", r: "refer", f: "fail" };

  const choose = (point, value) => {
    const box = [...point.querySelectorAll("input[type=radio]")].find((one) => one.value === value);
    if (!box) return false;
    box.checked = true;
    box.focus();
    box.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };

  const next = (point) => {
    const following = points[points.indexOf(point) + 1];
    const box = following?.querySelector("input[type=radio]:checked") ?? following?.querySelector("input[type=radio]");
    box?.focus();
    following?.scrollIntoView({ block: "start" });
  };

  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.type !== "radio") return;
    const point = event.target.closest("[data-point]");
    if (!point) return;
    if (event.key === "n") next(point);
    else if (!choose(point, answers[event.key] ?? event.key)) return;
    event.preventDefault();
  });

  // The page that was opened last from the contents can be cited with one press.
  let page = "";
  let field = null;
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-pages]")) field = event.target;
    const point = event.target.closest(".point");
    if (point) field = point.querySelector("[data-pages]") ?? field;
  });
  for (const input of form.querySelectorAll("[data-pages]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary btn-sm cite-now";
    button.hidden = true;
    button.addEventListener("click", () => {
      input.value = input.value ? `${input.value}, ${page}` : page;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
    input.after(button);
  }

  const contents = document.querySelector("[data-contents]");
  contents?.addEventListener("click", (event) => {
    const link = event.target.closest("[data-page]");
    if (!link) return;
    page = link.dataset.page;
    for (const button of form.querySelectorAll(".cite-now")) {
      button.hidden = false;
      button.textContent = `Cite page ${page}`;
    }
    if (window.matchMedia("(max-width: 74.99rem)").matches) link.target = "_blank";
  });

  document.querySelector("[data-find]")?.addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const line of contents.querySelectorAll("li")) line.hidden = !line.textContent.toLowerCase().includes(wanted);
  });
})();
