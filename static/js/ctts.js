/* Small conveniences. Every page works without this file; nothing here decides anything. */
"use strict";

(() => {
  document.documentElement.classList.add("has-script");

  const cookie = (name) => {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  };

  // htmx sends the security token that belongs to this browser now, not the one of when the page was made.
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
  });

  // Menus close on Escape and when the press lands elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // Without signal the browser would show a page of its own in place of this one, with what was typed. Forms that save
  // themselves say it in their line (autosave.js), those of a DOPS are kept on the phone (dops_offline.js).
  const worksOffline = (form) =>
    "offlineForm" in document.body.dataset || (form.closest("[data-keeps-dops]") && navigator.serviceWorker?.controller);
  const sayNoSignal = (beside) => {
    document.querySelector(".no-signal")?.remove();
    const said = document.createElement("p");
    said.className = "invalid-feedback d-block no-signal";
    said.setAttribute("role", "alert");
    said.textContent = "No signal: this was not sent. What you typed stands here; press the button again once there is signal.";
    (beside.closest(".actions, .action-bar") ?? beside).before(said);
  };
  window.addEventListener("online", () => document.querySelector(".no-signal")?.remove());

  // A form is sent once: a second press while the first is on its way does nothing (a download leaves the page as it is,
  // so after a while the form can be sent again).
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    const posts = (form.method || "get").toLowerCase() === "post" && !event.defaultPrevented;
    if (posts && navigator.onLine === false && !worksOffline(form)) {
      event.preventDefault();
      sayNoSignal(event.submitter ?? form);
      return;
    }
    if (posts) {
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 8000);
    }
    // Signing in in another window made a new security token; the one of this page would ask for a second press.
    if ("freshToken" in form.dataset && cookie("csrftoken")) form.elements.csrfmiddlewaretoken.value = cookie("csrftoken");
    if ("wipeDrafts" in form.dataset) wipeDrafts(document.body.dataset.person);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // Signing out removes this person's kept text from this browser: clinics share computers.
  const wipeDrafts = (person) => {
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(`ctts-draft:${person}:`)) localStorage.removeItem(key);
      }
      for (const key of Object.keys(sessionStorage)) {
        if (key.startsWith(`ctts-beside:${person}:`)) sessionStorage.removeItem(key);
      }
    } catch {
      // storage is switched off: nothing was kept either
    }
  };

  // Text that was sent is kept in this browser until the page comes that the server answers with when it took the text.
  // A refusal, a lost connection, "Back" or loading a page anew is no such answer.
  const SENT = "ctts-sent";
  const here = () => location.href.split("#")[0];
  const sent = () => {
    try {
      return JSON.parse(sessionStorage.getItem(SENT)) ?? { keys: [] };
    } catch {
      return { keys: [] };
    }
  };
  const note = (keys) => {
    try {
      sessionStorage.setItem(SENT, JSON.stringify({ keys, from: here() }));
    } catch {
      // storage is switched off: nothing was kept either
    }
  };
  document.addEventListener("ctts:sent", (event) => note([event.detail]));
  const arrived = ({ keys, from }) => {
    const [way] = performance.getEntriesByType("navigation");
    if (!keys.length || way?.type !== "navigate" || document.referrer !== from) return;
    if (document.querySelector(".refusal")) return note(keys); // it can be sent again from here
    if (way.responseStatus >= 400) return note([]); // not taken: its form notes it anew when it is sent again
    for (const key of keys) localStorage.removeItem(key);
    note([]);
  };
  arrived(sent());

  // What came back, and words that do not save themselves, are on this page only: leaving it asks first.
  const cameBack = performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;
  const isLost = (form) =>
    !form.dataset.sent &&
    !form.dataset.besideKept &&
    ("freshToken" in form.dataset ||
      [...form.querySelectorAll("textarea")].some((field) => field.value !== (cameBack ? "" : field.defaultValue)));
  window.addEventListener("beforeunload", (event) => {
    const forms = document.querySelectorAll("main form[method=post]:not([data-autosave-url])");
    if ([...forms].some(isLost)) event.preventDefault();
  });

  // A device that was handed over shows one page: its other windows are covered until its owner is back, and keep what
  // was typed in them. Nothing that is not on the screen already could be loaded there anyway.
  const windows = "BroadcastChannel" in window ? new BroadcastChannel("ctts-windows") : null;
  const cover = (lent) => {
    document.querySelector(".cover")?.remove();
    for (const part of document.querySelectorAll("body > header, body > main, body > footer")) part.hidden = lent;
    if (!lent) return;
    const box = document.createElement("section");
    box.className = "cover wrap";
    const head = document.createElement("h1");
    head.textContent = "This device was handed over";
    const words = document.createElement("p");
    words.textContent = "This window is covered until its owner unlocks the device; what was typed in it is still here.";
    box.append(head, words);
    document.body.append(box);
  };
  const person = document.body.dataset.person;
  // Nobody is in: what this phone keeps for DOPS without signal is shown to nobody (js/kept_dops.js).
  if (!person) {
    try {
      for (const key of Object.keys(localStorage)) if (key === "ctts-here" || key.startsWith("ctts-ground:")) localStorage.removeItem(key);
    } catch {
      // storage is switched off: nothing was kept either
    }
  }
  const handedOver = document.querySelector("[data-handed-over]") !== null;
  windows?.addEventListener("message", ({ data }) => {
    if (person && (data.lent || data.person === person)) cover(data.lent === true);
  });
  if (handedOver) windows?.postMessage({ lent: true });
  else if (person) windows?.postMessage({ person });

  // Closed details print open.
  window.addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("main details:not([open])")) {
      part.dataset.wasClosed = "yes";
      part.open = true;
    }
  });
  window.addEventListener("afterprint", () => {
    for (const part of document.querySelectorAll("details[data-was-closed]")) {
      part.open = false;
      delete part.dataset.wasClosed;
    }
  });

  // Choosing rows: the bar counts them, "all" leaves out the held ones.
  const setUpSelection = (form) => {
    const bar = form.querySelector("[data-action-bar]");
    const boxes = () => [...form.querySelectorAll("input[type=checkbox][data-choose]")];
    const tell = () => {
      const chosen = boxes().filter((box) => box.checked).length;
      for (const spot of form.querySelectorAll("[data-count-chosen]")) spot.textContent = String(chosen);
      for (const button of form.querySelectorAll("[data-needs-chosen]")) button.disabled = chosen === 0;
      bar?.classList.toggle("has-chosen", chosen > 0);
      for (const all of form.querySelectorAll("input[type=checkbox][data-choose-all]")) {
        const mine = boxes().filter((box) => !box.disabled && box.dataset.choose === all.dataset.chooseAll);
        all.checked = mine.length > 0 && mine.every((box) => box.checked);
        all.indeterminate = !all.checked && mine.some((box) => box.checked);
      }
    };
    form.addEventListener("change", (event) => {
      const group = event.target.dataset.chooseAll;
      if (group !== undefined) {
        for (const box of boxes()) {
          if (!box.disabled && box.dataset.choose === group) box.checked = event.target.checked;
        }
      }
      tell();
    });
    tell();
  };

  // Files: drop them on the field, or take a photograph with the telephone.
  const setUpFile = (frame) => {
    const input = frame.querySelector("input[type=file]");
    if (!input || frame.dataset.ready) return;
    frame.dataset.ready = "yes";
    const ways = document.createElement("p");
    ways.className = "file-field__ways";
    ways.append("You can also drop a file here.");
    const takesImages = !input.accept || /image|jpe?g|png|heic/i.test(input.accept);
    if (takesImages && window.matchMedia("(pointer: coarse)").matches) {
      const camera = document.createElement("button");
      camera.type = "button";
      camera.className = "btn btn-secondary btn-sm";
      camera.textContent = "Take a photograph";
      camera.addEventListener("click", () => {
        const accept = input.accept;
        input.setAttribute("capture", "environment");
        input.accept = "image/*";
        input.click();
        input.removeAttribute("capture");
        input.accept = accept;
      });
      ways.replaceChildren(camera);
    }
    frame.append(ways);
    for (const kind of ["dragenter", "dragover"]) {
      frame.addEventListener(kind, (event) => {
        event.preventDefault();
        frame.classList.add("is-over");
      });
    }
    for (const kind of ["dragleave", "drop"]) frame.addEventListener(kind, () => frame.classList.remove("is-over"));
    // Of several that are dropped at once a field for one takes the first, and says which it left.
    const sayLeft = (dropped) => {
      const names = dropped.map((file) => `“${file.name}”`);
      const left = names.slice(1);
      const said = document.createElement("p");
      said.className = "file-field__left invalid-feedback d-block";
      said.setAttribute("role", "alert");
      said.textContent = `One file is taken at a time. ${names[0]} was taken; ${left.join(", ")} ${left.length === 1 ? "was" : "were"} not. Send this one first, then add the next.`;
      frame.append(said);
    };
    input.addEventListener("change", () => frame.querySelector(".file-field__left")?.remove());
    frame.addEventListener("drop", (event) => {
      event.preventDefault();
      const dropped = [...event.dataTransfer.files];
      if (!dropped.length) return;
      const taken = new DataTransfer();
      for (const file of input.multiple ? dropped : [dropped[0]]) taken.items.add(file);
      input.files = taken.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      if (!input.multiple && dropped.length > 1) sayLeft(dropped);
    });
  };

  // A form says on whose page it was typed: in another person's sign-in it is refused, and their name stays off the words.
  const nameTyper = (form) => {
    if (!document.body.dataset.person || form.elements.typed_by) return;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "typed_by";
    field.value = document.body.dataset.person;
    form.append(field);
  };

  const setUp = (root) => {
    for (const form of root.querySelectorAll("form[method=post]")) nameTyper(form);
    for (const form of root.querySelectorAll("form[data-selection]")) setUpSelection(form);
    for (const frame of root.querySelectorAll("[data-file-field]")) setUpFile(frame);
    for (const message of root.querySelectorAll(".message:not([data-ready])")) {
      message.dataset.ready = "yes";
      message.classList.add("alert", "alert-dismissible");
      const close = document.createElement("button");
      close.type = "button";
      close.className = "btn-close";
      close.dataset.bsDismiss = "alert";
      close.setAttribute("aria-label", "Dismiss this message");
      message.append(close);
    }
    root.querySelector(".tabs--many [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    root.querySelector("[data-focus-on-load]")?.focus();
  };
  document.addEventListener("htmx:load", (event) => setUp(event.detail.elt));
  setUp(document);
})();
