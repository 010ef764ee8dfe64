/* Text saves itself: two seconds after a pause and on leaving a field, with a copy in this browser until the server has it.

   A form takes part with data-autosave-url. It may also carry data-autosave-key (which form of which record),
   data-autosave-version (the version its text came from) and data-autosave-login (where to sign in).
   The server is sent the form with the header X-Autosave: 1 and the field autosave_version. It answers
     200 {"saved_at", "version", "errors": {}}   saved; errors by field name are gaps of a draft (422 means the same)
     any answer without "saved_at"               refused: nothing was kept, the copy in this browser stays
     409 {"version", "fields", "by", "at"}       newer text is there already: nothing was written
     403 {"another"}                             somebody else is signed in here by now: nothing was written
   A redirect, 401 or any other 403 means signed out. docs/design.md describes the contract. */
"use strict";

(() => {
  const PAUSE = 2000; // milliseconds after the last key
  const MOST_NAMED = 3; // gaps of a draft that the line names
  const RETRY = 15000; // milliseconds between tries while the server cannot be reached

  const clock = (when) =>
    new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" }).format(when);

  const token = (form) => {
    const pair = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
    return pair ? decodeURIComponent(pair.slice(10)) : form.elements.csrfmiddlewaretoken?.value || "";
  };

  // Each window keeps a copy of its own: of two without signal, neither takes the place of the other's.
  const thisWindow = () => {
    try {
      const found = sessionStorage.getItem("ctts-window") ?? crypto.randomUUID();
      sessionStorage.setItem("ctts-window", found);
      return found;
    } catch {
      return "";
    }
  };

  const isText = (field) =>
    field.name && !field.disabled && !["file", "password", "submit", "button"].includes(field.type) &&
    !["csrfmiddlewaretoken", "key", "autosave_version", "typed_by"].includes(field.name);

  const textOf = (form) => {
    const text = {};
    for (const field of form.elements) {
      if (!isText(field)) continue;
      if (["checkbox", "radio"].includes(field.type)) {
        text[field.name] ??= [];
        if (field.checked) text[field.name].push(field.value);
      } else if (field.multiple) {
        text[field.name] = [...field.selectedOptions].map((option) => option.value);
      } else {
        text[field.name] = field.value;
      }
    }
    return text;
  };

  // What a person typed: a hidden field says what the server has, such as which file is attached, and is the page's own.
  const typedOf = (form) => {
    const text = textOf(form);
    for (const field of form.elements) if (field.type === "hidden") delete text[field.name];
    return text;
  };

  const fill = (form, text) => {
    for (const field of form.elements) {
      if (!isText(field) || !(field.name in text)) continue;
      const value = text[field.name];
      if (["checkbox", "radio"].includes(field.type)) field.checked = [].concat(value ?? []).map(String).includes(field.value);
      else if (field.multiple) for (const option of field.options) option.selected = [].concat(value ?? []).map(String).includes(option.value);
      else field.value = value ?? "";
    }
  };

  const fieldsOf = (form, name) => {
    const found = form.elements[name];
    return found instanceof RadioNodeList ? [...found] : [found].filter(Boolean);
  };

  const isChoice = (field) => ["checkbox", "radio"].includes(field?.type);
  const textIn = (element) => element?.firstChild?.textContent.trim() ?? "";

  // A choice is called by the legend that stands over all of it, anything else by its own label.
  const labelOf = (form, name) => {
    const fields = fieldsOf(form, name);
    let group = fields[0]?.closest("fieldset");
    while (group && !fields.every((field) => group.contains(field))) group = group.parentElement.closest("fieldset");
    const own = textIn(fields[0]?.labels?.[0]);
    const legend = textIn(group?.querySelector("legend"));
    if (isChoice(fields[0])) return legend || (fields.length > 1 ? textIn(document.querySelector("h1")) : own) || name;
    return own || legend || name;
  };

  // What another text holds, in the words of the page: of ticks only those that are otherwise here.
  const wordsOf = (form, name, value) => {
    const fields = fieldsOf(form, name);
    const chosen = [].concat(value ?? []).map(String);
    const options = isChoice(fields[0])
      ? fields.map((field) => [field.value, textIn(field.labels?.[0])])
      : [...(fields[0]?.options ?? [])].map((option) => [option.value, option.textContent.trim()]);
    const named = Object.fromEntries(options);
    const worded = (values) => values.map((one) => named[one] || one).join("; ");
    if (fields[0]?.type !== "checkbox") return (options.length ? worded(chosen) : chosen.join(", ")) || "(empty)";
    const here = textOf(form)[name] ?? [];
    const there = [["Ticked there", chosen.filter((one) => !here.includes(one))], ["Not ticked there", here.filter((one) => !chosen.includes(one))]];
    return there.filter(([, values]) => values.length).map(([words, values]) => `${words}: ${worded(values)}`).join(". ");
  };

  // A field that is still to be completed, as its reader finds it: "Section 2: Heading". Empty for what is no field.
  const gapOf = (form, name) => {
    const one = fieldsOf(form, name)[0];
    const group = one?.closest("fieldset")?.querySelector("legend");
    const own = isChoice(one) && group ? null : one?.labels?.[0];
    return [group, own].map(textIn).filter(Boolean).join(": ");
  };

  const toComplete = (form, errors) => {
    const names = [...new Set(Object.keys(errors).map((name) => gapOf(form, name)).filter(Boolean))];
    const more = names.length - MOST_NAMED;
    if (names.length) return `, to complete: ${names.slice(0, MOST_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    return Object.keys(errors).length ? ", not complete yet" : "";
  };

  const setUp = (form) => {
    const line = document.querySelector("[data-autosave-line]");
    const words = line?.querySelector("[data-autosave-words]");
    const ofForm = `ctts-draft:${document.body.dataset.person || "0"}:${form.dataset.autosaveKey || location.pathname}@`;
    const key = `${ofForm}${thisWindow()}`;
    let version = form.dataset.autosaveVersion || "";
    let saved = JSON.stringify(textOf(form));
    let savedAt = null;
    let timer = 0;
    let busy = false;
    let again = false;
    let stopped = false; // while a choice between two texts is open
    let asking = false; // a text that is only in this browser is offered: what is typed meanwhile is saved, not kept in its place
    let sending = false; // the form is on its way as a whole
    let pressed = null; // the button that was pressed while text was on its way
    let unsent = false; // the button was pressed without signal: that it was not sent stands in the line until there is
    let before = null; // what this window held when its page was left: it may have been saved after this page was made

    const say = (state, text) => {
      if (!line) return;
      line.dataset.state = state;
      words.textContent = text;
      if (state !== "conflict" && state !== "kept" && !asking) line.querySelector(".autosave__choice")?.remove();
    };

    const keep = () => {
      if (asking) return false;
      try {
        localStorage.setItem(key, JSON.stringify({ text: typedOf(form), version, at: new Date().toISOString() }));
        return true;
      } catch {
        return false;
      }
    };
    const forget = (one = key) => {
      try {
        localStorage.removeItem(one);
      } catch {
        // storage is switched off: nothing was kept
      }
    };
    const read = (one) => {
      try {
        return { ...JSON.parse(localStorage.getItem(one)), key: one };
      } catch {
        return {};
      }
    };
    const kept = () => {
      const copy = read(key);
      return copy.text ? copy : null;
    };
    // What another window kept last and never saved; that window may be gone.
    const keptElsewhere = () => {
      try {
        const copies = Object.keys(localStorage).filter((one) => one.startsWith(ofForm) && one !== key).map(read);
        return copies.filter((copy) => copy.text).sort((a, b) => b.at.localeCompare(a.at))[0] ?? null;
      } catch {
        return null;
      }
    };

    const choice = (title, buttons, differences) => {
      line?.querySelector(".autosave__choice")?.remove();
      const box = document.createElement("div");
      box.className = "autosave__choice";
      const head = document.createElement("p");
      head.textContent = title;
      box.append(head);
      if (differences.length) {
        const view = document.createElement("details");
        view.className = "more";
        const summary = document.createElement("summary");
        summary.textContent = "View the other text";
        const list = document.createElement("dl");
        for (const [name, value] of differences) {
          const term = document.createElement("dt");
          term.textContent = labelOf(form, name);
          const given = document.createElement("dd");
          given.textContent = wordsOf(form, name, value);
          list.append(term, given);
        }
        view.append(summary, list);
        box.append(view);
      }
      const row = document.createElement("div");
      row.className = "cluster";
      for (const [text, act] of buttons) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-secondary btn-sm";
        button.textContent = text;
        button.addEventListener("click", () => {
          box.remove();
          stopped = false;
          act();
        });
        row.append(button);
      }
      box.append(row);
      line?.append(box);
    };

    // One choice of several comes as itself, and lines that were sent come back with the ends that browsers send.
    const asList = (value) => JSON.stringify([].concat(value ?? []).map((one) => String(one).replaceAll("\r\n", "\n")));
    const differing = (other, mine = textOf(form)) =>
      Object.entries(other).filter(([name, value]) => name in mine && asList(mine[name]) !== asList(value));
    // What was saved elsewhere is what was sent from here, as when a page is left and opened again while its text is on
    // its way. Hidden fields of a page are not part of what every form keeps.
    const sameAs = (other, mine) =>
      [...form.elements].every((field) => !isText(field) || field.type === "hidden" || field.name in other) &&
      !differing(other, mine).length;

    // Whoever pressed the button further down is brought to what keeps it from being sent.
    const letGo = () => {
      const held = pressed !== null;
      pressed = null;
      return () => {
        if (!held) return;
        line?.scrollIntoView({ block: "center" });
        line?.querySelector("a, button")?.focus({ preventScroll: true });
      };
    };

    const conflict = (answer, text) => {
      if (before && sameAs(answer.fields, before)) {
        before = null;
        version = String(answer.version);
        again = true; // nobody else's: what is here goes on from it
        return;
      }
      if (sameAs(answer.fields, JSON.parse(text))) {
        return took(text, { version: answer.version, saved_at: answer.at ?? new Date() });
      }
      stopped = true;
      const show = letGo();
      const when = answer.at ? ` at ${clock(new Date(answer.at))}` : "";
      say("conflict", "Not saved: newer text is saved elsewhere");
      choice(`Newer text was saved${answer.by ? ` by ${answer.by}` : ""}${when}, in another window or on another device.`, [
        ["Keep mine", () => { version = String(answer.version); save(); }],
        ["Keep the newer text", () => {
          fill(form, answer.fields);
          version = String(answer.version);
          saved = JSON.stringify(textOf(form));
          forget();
          say("saved", "The newer text is shown now");
        }],
      ], differing(answer.fields));
      show();
    };

    const took = (text, told) => {
      saved = text;
      savedAt = new Date(told.saved_at);
      form.elements.csrfmiddlewaretoken.value = token(form); // what took the text takes the press, too, without a second one
      version = String(told.version ?? version);
      const copy = kept(); // perhaps newer by a key already
      if (copy && !differing(copy.text, JSON.parse(text)).length) forget();
      say("saved", `Saved ${clock(savedAt)}${toComplete(form, told.errors ?? {})}`);
    };

    const sayUnsent = () =>
      say("failed", `No signal: this was not sent. ${keep() ? "What you typed is kept in this browser" : "Do not close this page"}; press the button again once there is signal`);

    const failed = () => {
      const copy = keep() ? ", keeping a copy here" : ". Do not close this page";
      if (unsent && navigator.onLine === false) sayUnsent();
      else say("failed", `Not saved since ${savedAt ? clock(savedAt) : "you began"}${copy}`);
      clearTimeout(timer);
      timer = setTimeout(save, RETRY);
    };

    // The server kept nothing and says why; it would say the same again, so the next try waits for the next key.
    const refused = (told) => {
      const reasons = [told.error, ...Object.values(told.errors ?? {}).flat()].filter((one) => typeof one === "string");
      if (!reasons.length) return failed();
      say("failed", `Not saved: ${reasons[0]} ${keep() ? "A copy is kept in this browser." : "Do not close this page."}`);
    };

    // Said once: a link that is made anew while it is being pressed would not be followed.
    const signedOut = async (answer) => {
      const show = letGo();
      const copy = keep() ? "Your text is kept in this browser" : "Do not close this page";
      const told = answer.status === 403 ? await answer.json().catch(() => ({})) : {};
      if (told.another) say("signed-out", `Somebody else is signed in here now. ${copy} until you sign in again`);
      else if (!words?.querySelector("a")) {
        say("signed-out", `You are signed out. ${copy}. `);
        const link = document.createElement("a");
        link.href = form.dataset.autosaveLogin || "/account/login/";
        link.target = "_blank";
        link.rel = "opener";
        link.textContent = "Sign in in a new window, then come back here";
        words?.append(link);
      }
      show();
    };

    // `all` is also sent while a choice is open or nothing seems new: to learn what the server has of this window.
    const save = async (all = false) => {
      clearTimeout(timer);
      const text = JSON.stringify(textOf(form));
      if (sending || (all !== true && (stopped || text === saved))) return;
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      if (line?.dataset.state !== "signed-out") say("saving", "Saving");
      const body = new FormData(form);
      for (const [name, value] of [...body.entries()]) if (value instanceof File) body.delete(name);
      body.set("csrfmiddlewaretoken", token(form));
      body.set("autosave_version", version);
      try {
        const answer = await fetch(form.dataset.autosaveUrl, {
          method: "POST",
          body,
          redirect: "manual",
          credentials: "same-origin",
          headers: { "X-Autosave": "1", "X-CSRFToken": token(form), Accept: "application/json" },
        });
        if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) await signedOut(answer);
        else if (answer.status === 409) conflict(await answer.json(), text);
        else if (answer.status === 200 || answer.status === 422) {
          const told = await answer.json();
          if (!told.saved_at) return refused(told);
          took(text, told);
        } else failed();
      } catch {
        failed();
      } finally {
        busy = false;
        if (again && pressed) {
          again = false;
          save(true);
        } else if (pressed) {
          before = null;
          const button = pressed;
          pressed = null;
          form.requestSubmit(button === form ? undefined : button);
        } else if (again) {
          again = false;
          save();
        }
      }
    };

    form.addEventListener("input", () => {
      sending = false; // it was stopped on its way
      keep();
      clearTimeout(timer);
      timer = setTimeout(save, PAUSE);
    });
    form.addEventListener("change", save);
    form.addEventListener("focusout", save);
    // What is sent came from the version that was saved last: else the server would take it for another window's.
    // Without signal the press would end on the browser's own error page. A step of a DOPS goes on in the form that the
    // phone keeps, where it keeps one (js/dops_offline.js).
    const goesOnOffline = () => form.closest("[data-keeps-dops]") && navigator.serviceWorker?.controller;
    const withoutSignal = (event) => {
      event.preventDefault();
      pressed = null;
      clearTimeout(timer);
      unsent = true;
      sayUnsent();
      line?.scrollIntoView({ block: "center" });
    };
    form.addEventListener("submit", (event) => {
      if (navigator.onLine === false && !goesOnOffline()) return withoutSignal(event);
      if (busy || before) {
        event.preventDefault();
        pressed = event.submitter ?? form;
        if (!busy) save(true);
        return;
      }
      const field = form.elements.autosave_version;
      if (field) field.value = version;
      clearTimeout(timer);
      sending = true;
      if (keep()) document.dispatchEvent(new CustomEvent("ctts:sent", { detail: key }));
    });
    window.addEventListener("online", () => {
      unsent = false;
      save();
    });
    window.addEventListener("focus", save);
    document.addEventListener("visibilitychange", save);
    window.addEventListener("beforeunload", (event) => {
      if (JSON.stringify(textOf(form)) !== saved && !sending && !keep()) event.preventDefault();
    });

    const earlier = kept() ?? keptElsewhere();
    before = earlier?.key === key ? earlier.text : null;
    const cameBack = performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;
    if (cameBack) {
      saved = ""; // what stands here was sent and not taken
      say("failed", "Not saved yet");
    }
    if (earlier && differing(earlier.text).length) {
      asking = true;
      say("kept", `This browser keeps text from ${clock(new Date(earlier.at))} that was never saved`);
      const newer = earlier.version !== version ? " The saved text has changed since." : "";
      choice(`Use the kept text, or go on with what is saved?${newer}`, [
        ["Use the kept text", () => {
          asking = false;
          fill(form, earlier.text);
          if (keep() && earlier.key !== key) forget(earlier.key);
          save();
        }],
        ["Go on with what is saved", () => { asking = false; forget(earlier.key); say("unchanged", "Not changed"); save(); }],
      ], differing(earlier.text));
    } else if (earlier && !cameBack) forget(earlier.key);
  };

  for (const form of document.querySelectorAll("form[data-autosave-url]:not([data-autosave-on])")) {
    form.dataset.autosaveOn = ""; // a page that loads this file twice has one saver all the same
    setUp(form);
  }
})();
