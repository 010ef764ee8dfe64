/* DOPS that are kept on this phone until there is signal: kept for one person, sent by themselves, once, never twice.

   Everything stands in this browser's storage under the person who wrote it. Another account never sees or sends it. The
   form to fill them in is js/dops_offline.js; a service worker keeps that form. docs/design.md describes the contract. */
"use strict";

const keptDops = (() => {
  const { ground: GROUND_URL, send: SEND_URL, worker: WORKER_URL, form: FORM_URL, login: LOGIN_URL } =
    document.querySelector("[data-kept-dops]").dataset;
  const HERE = "ctts-here"; // who is signed in on this phone, as long as a session lasts without a step
  const LASTS = 12 * 3600 * 1000;
  const FRESH = 5 * 60 * 1000; // for so long what was loaded is not loaded again
  const FINAL = [404, 409, 413, 422]; // refused for good, with the reason
  const listeners = [];

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const write = (key, value) => {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  };
  const drop = (key) => {
    try {
      localStorage.removeItem(key);
    } catch {
      // storage is switched off: nothing was kept
    }
  };
  const keys = (start) => {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(start));
    } catch {
      return [];
    }
  };
  const tell = () => listeners.forEach((listener) => listener());

  // --- who is here ---

  const person = () => {
    const here = read(HERE);
    return here && here.until > Date.now() ? here.person : null;
  };
  const arrive = (who) => {
    write(HERE, { person: String(who), until: Date.now() + LASTS });
    for (const key of keys("ctts-ground:")) if (key !== `ctts-ground:${who}`) drop(key);
  };
  const leave = () => {
    drop(HERE);
    for (const key of keys("ctts-ground:")) drop(key);
  };

  // --- what is kept ---

  const keyOf = (item) => `ctts-dops:${item.person}:${item.begun}`;
  const items = () => {
    const who = person();
    const found = who ? keys(`ctts-dops:${who}:`).map(read).filter(Boolean) : [];
    return found.sort((a, b) => b.at.localeCompare(a.at));
  };
  const item = (begun) => items().find((one) => one.begun === begun) ?? null;
  const keep = (one) => write(keyOf(one), one);
  const forget = (one) => drop(keyOf(one));
  const ground = () => (person() ? read(`ctts-ground:${person()}`) : null);

  // --- the server ---

  const token = () => {
    const pair = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
    return pair ? decodeURIComponent(pair.slice(10)) : "";
  };
  const isSignedOut = (answer) => answer.type === "opaqueredirect" || answer.status === 401;

  let signedOut = false;
  const load = async (always = false) => {
    const known = ground();
    if (!always && known && Date.now() - Date.parse(known.kept_at) < FRESH) return;
    try {
      const answer = await fetch(GROUND_URL, { redirect: "manual", credentials: "same-origin", headers: { Accept: "application/json" } });
      signedOut = isSignedOut(answer);
      if (answer.ok) {
        const told = await answer.json();
        arrive(told.person);
        write(`ctts-ground:${told.person}`, { ...told, kept_at: new Date().toISOString() });
      }
    } catch {
      // no signal: what was loaded before is what there is
    }
    tell();
  };

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // What is sent is frozen with its key until the server has answered: sent again, it is the same sending.
  const parcel = (one) => {
    one.sending ??= { key: crypto.randomUUID(), steps: structuredClone(one.steps) };
    keep(one);
    const parts = {};
    for (const [step, fields] of Object.entries(one.sending.steps)) {
      parts[step] = { fields, seen: one.there[step]?.seen ?? "", version: one.there[step]?.version ?? 0 };
    }
    const body = new FormData();
    for (const [name, value] of Object.entries({
      csrfmiddlewaretoken: token(), typed_by: one.person, key: one.sending.key, record: one.record, dops: one.dops ?? "",
      begun: one.dops ? "" : one.begun, form: one.form ?? "", parts: JSON.stringify(parts),
    })) body.set(name, value);
    return body;
  };

  const took = (one, told) => {
    const now = item(one.begun) ?? one;
    if (same(now.steps, one.sending.steps)) forget(now);
    else keep({ ...now, dops: told.dops, sending: null, there: told.there });
    return { ...one, url: told.url, whole: told.whole };
  };

  const sendOne = async (one) => {
    const answer = await fetch(SEND_URL, {
      method: "POST", body: parcel(one), redirect: "manual", credentials: "same-origin",
      headers: { "X-Autosave": "1", "X-CSRFToken": token(), Accept: "application/json" },
    });
    signedOut = isSignedOut(answer);
    if (signedOut) return null;
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return took(one, told);
    const now = { ...(item(one.begun) ?? one), sending: null };
    if (told.there) keep({ ...now, conflict: told.there });
    else if (FINAL.includes(answer.status)) {
      const own = told.ended ? now.own ?? crypto.randomUUID() : null; // the key of the DOPS of one's own that it may become
      keep({ ...now, problem: told.error || "This training is not open to you any more.", ended: Boolean(told.ended), own });
    }
    return null; // any other answer may be another one next time
  };

  const waiting = () => items().filter((one) => one.closed && !one.conflict && !one.problem);

  // One window of this phone sends at a time; whatever cannot be sent waits for the next signal.
  const send = async () => {
    const sent = [];
    const all = async () => {
      for (const one of waiting()) {
        try {
          const done = await sendOne(one);
          if (done) sent.push(done);
          if (signedOut) break;
        } catch {
          break; // no signal
        }
      }
    };
    if (waiting().length) await (navigator.locks ? navigator.locks.request("ctts-dops", all) : all());
    if (sent.length) await load(true);
    tell();
    return sent;
  };

  // --- every page of somebody who is signed in ---

  const note = (sent) => {
    const main = document.querySelector("main");
    if (!main || !sent.length || "offlineForm" in document.body.dataset) return;
    const box = document.createElement("p");
    box.className = "message message--good kept-sent";
    box.setAttribute("role", "status");
    const last = sent[sent.length - 1];
    box.append(sent.length === 1 ? `The DOPS of ${last.name}, kept on this phone, was sent. ` : `${sent.length} DOPS kept on this phone were sent. `);
    const link = document.createElement("a");
    link.href = sent.length === 1 ? last.url : FORM_URL;
    link.textContent = sent.length === 1 && last.whole ? "Sign it" : "Go on with it";
    box.append(link);
    main.prepend(box);
  };
  const retry = async () => note(await send());

  // Whoever signs out reads which DOPS wait here, before anything is pressed and again when it is.
  const headOf = (kept) => {
    const head = document.createElement("h2");
    head.textContent = kept.length === 1 ? "One DOPS is kept on this phone and not sent" : `${kept.length} DOPS are kept on this phone and not sent`;
    return head;
  };
  const nameOf = (one) => {
    const when = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" };
    const kept = `kept ${new Intl.DateTimeFormat("en-GB", when).format(new Date(one.at))}`;
    return [one.name, one.steps[1]?.procedure?.trim(), kept].filter(Boolean).join(", ");
  };
  const namesOf = (kept) => {
    const list = document.createElement("ul");
    for (const one of kept) {
      const row = document.createElement("li");
      row.textContent = nameOf(one);
      list.append(row);
    }
    return list;
  };
  const tellSigningOut = () => {
    const spot = document.querySelector("[data-kept-here]");
    if (!spot) return;
    const kept = items();
    spot.hidden = !kept.length;
    if (spot.hidden) return spot.replaceChildren();
    const words = document.createElement("p");
    words.textContent = "You are asked whether it stays here, to be sent when you sign in on this phone again, or is removed. ";
    const link = document.createElement("a");
    link.href = FORM_URL;
    link.textContent = "Look at what is kept, and send it first";
    words.append(link);
    spot.replaceChildren(headOf(kept), namesOf(kept), words);
  };

  const askBeforeSigningOut = (form) => {
    const box = document.createElement("dialog");
    box.className = "kept-ask";
    const words = document.createElement("p");
    words.textContent = "Kept, it is sent when you sign in here again; nobody else who signs in here sees it. On a computer that others use, send or remove it.";
    const row = document.createElement("div");
    row.className = "actions";
    const go = () => {
      form.dataset.asked = "yes";
      box.remove();
      form.requestSubmit();
    };
    for (const [text, kind, act] of [
      ["Sign out and keep it", "btn-primary", go],
      ["Look at it first", "btn-secondary", () => { location.href = FORM_URL; }],
      ["Sign out and remove it", "btn-outline-danger", () => { items().forEach(forget); go(); }],
      ["Stay signed in", "btn-link", () => box.remove()],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `btn ${kind}`;
      button.textContent = text;
      button.addEventListener("click", act);
      row.append(button);
    }
    box.append(headOf(items()), namesOf(items()), words, row);
    document.body.append(box);
    box.showModal();
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("wipeDrafts" in form.dataset)) return;
    if (items().length && !form.dataset.asked) {
      event.preventDefault();
      event.stopImmediatePropagation();
      askBeforeSigningOut(form);
    } else leave();
  }, true);

  const isForm = "offlineForm" in document.body.dataset;
  if (document.body.dataset.person) arrive(document.body.dataset.person);
  if (isForm || document.querySelector("[data-keeps-dops]")) {
    navigator.serviceWorker?.register(WORKER_URL, { scope: "/training/" }).catch(() => {});
    load();
  }
  if (!isForm) retry();
  listeners.push(tellSigningOut);
  tellSigningOut();
  window.addEventListener("online", retry);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && retry());
  window.addEventListener("focus", retry);
  window.addEventListener("storage", (event) => (event.key === null || event.key.startsWith("ctts-")) && tell());

  return {
    FORM_URL, LOGIN_URL, person, items, item, keep, forget, ground, load, send,
    isSignedOut: () => signedOut,
    onChange: (listener) => listeners.push(listener),
  };
})();
