/* The palette: search over any page, by / or Ctrl+K. Without this file the link "Search" leads to a page of its own. */
"use strict";

(() => {
  const dialog = document.querySelector("dialog[data-palette]");
  if (!dialog?.showModal) return;
  const field = dialog.querySelector("[role=combobox]");
  const list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[data-palette-says]");
  const PAUSE = 120;
  let asked = null;
  let waiting = 0;
  let shownFor = null; // the words that the list answers
  let goesOn = false; // Enter was pressed before the list answered the words: its first line is opened once it does

  const rows = () => [...list.querySelectorAll("a[role=option]")];
  const active = () => rows().find((row) => row.getAttribute("aria-selected") === "true");
  const choose = (row) => {
    active()?.setAttribute("aria-selected", "false");
    field.removeAttribute("aria-activedescendant");
    if (!row) return;
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", row.id);
  };

  const show = (html, words) => {
    list.innerHTML = html;
    shownFor = words;
    const found = rows();
    field.setAttribute("aria-expanded", "true");
    choose(field.value.trim() ? found[0] : null);
    status.textContent = found.length === 1 ? "One line found" : `${found.length || "No"} lines found`;
    if (!goesOn) return;
    goesOn = false;
    if (active()) active().click();
    else field.form.requestSubmit();
  };

  // A sign-in that ended, or no connection: the page of its own says so in the ordinary way.
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const words = field.value;
    const url = `${dialog.dataset.palette}?${new URLSearchParams({ q: words })}`;
    const given = { headers: { "HX-Request": "true" }, redirect: "manual", signal: asked.signal };
    try {
      const answer = await fetch(url, given);
      if (answer.ok) show(await answer.text(), words);
      else location.assign(url);
    } catch (problem) {
      if (problem.name !== "AbortError") status.textContent = "No connection. Enter tries again.";
    }
  };
  const askSoon = () => {
    goesOn = false;
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  };

  const open = () => {
    if (dialog.open) return field.select();
    dialog.showModal();
    field.select();
    ask();
  };

  // A single key is in the way of speech input and of switches: whoever is disturbed by it turns it off in this browser.
  const OFF = "ctts-palette-slash";
  const slashIsOff = () => {
    try {
      return localStorage.getItem(OFF) === "off";
    } catch {
      return false; // storage is switched off
    }
  };
  const keyButton = dialog.querySelector("[data-palette-key]");
  const sayKey = () => {
    const off = slashIsOff();
    keyButton.textContent = off ? "Switch the / key on" : "Switch the / key off";
    dialog.querySelector("[data-palette-slash]").textContent = off
      ? "Ctrl+K opens this on every page."
      : "The / key or Ctrl+K opens this on every page.";
  };
  keyButton.addEventListener("click", () => {
    try {
      if (slashIsOff()) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "off");
    } catch {
      // nothing can be kept here
    }
    sayKey();
  });
  sayKey();

  const writes = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  document.addEventListener("keydown", (event) => {
    const withControl = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey && event.key === "/";
    if (!withControl && !(bare && !writes(event.target) && !slashIsOff())) return;
    if (document.querySelector("dialog[open]:not([data-palette])")) return;
    event.preventDefault();
    open();
  });
  for (const opener of document.querySelectorAll("[data-palette-open]")) {
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  }

  field.addEventListener("input", askSoon);
  field.addEventListener("keydown", (event) => {
    const all = rows();
    const at = all.indexOf(active());
    const steps = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1 };
    if (event.key in steps && all.length) {
      event.preventDefault();
      choose(all[(steps[event.key] + all.length) % all.length]);
    } else if (event.key === "Enter" && shownFor !== field.value) {
      event.preventDefault();
      clearTimeout(waiting);
      goesOn = true;
      ask();
    } else if (event.key === "Enter" && active()) {
      event.preventDefault();
      active().click();
    }
  });
  list.addEventListener("pointermove", (event) => {
    const row = event.target.closest("a[role=option]");
    if (row && row !== active()) choose(row);
  });
  dialog.querySelector("[data-palette-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    clearTimeout(waiting);
    goesOn = false;
    asked?.abort();
  });
})();
