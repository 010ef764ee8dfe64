/* The form of a DOPS on a phone without signal: choose whom, five short steps, keep it. Sending is js/kept_dops.js.

   The page itself is the same for everybody; what it shows comes from what this phone keeps for whoever is signed in. */
"use strict";

(() => {
  const screen = document.querySelector("[data-screen]");
  const line = document.querySelector("[data-line]");
  const NAMES = [...document.querySelector("template[data-names]").content.children].map((one) => one.textContent);
  const LAST = NAMES.length;
  const HALF = 5;
  const CHOICES = {
    complexity: [["routine", "Routine"], ["complex", "Complex"]],
    setting: [["real", "Real"], ["simulated", "Simulated"]],
    overall: [["competent", "Competent"], ["not_yet_competent", "Not yet competent"]],
  };
  const LABELS = {
    procedure: "Procedure", item: "Competency it shows", complexity: "How demanding", setting: "Real or simulated",
    place: "Place", observed_on: "Day of the observation", overall: "Overall judgement", done_well: "Done well",
    to_improve: "To improve", agreed_action: "Agreed action",
  };
  const WHAT = ["procedure", "item", "complexity", "setting", "place", "observed_on"];

  const clock = (when) =>
    new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" }).format(new Date(when));
  const day = (when) =>
    new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "Europe/London" }).format(new Date(when));
  const longDay = (value) => {
    const moment = new Date(`${value}T00:00:00Z`);
    return value && !Number.isNaN(moment.getTime()) ? new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(moment) : value;
  };
  const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" }).format(new Date());

  const make = (tag, attributes = {}, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...inside.filter((one) => one !== null && one !== undefined));
    return made;
  };
  const button = (text, kind, act) => make("button", { type: "button", class: `btn ${kind}`, onclick: act }, text);
  const say = (text) => {
    if (line.textContent !== text) line.textContent = text;
  };
  const NO_SIGNAL = "No signal. What you fill in is kept on this phone.";
  const SIGNAL = "There is signal. What you fill in is kept on this phone, and is sent once you press “Keep it and send it”.";
  const saySignal = () => {
    if (!navigator.onLine) say(NO_SIGNAL);
    else if (line.textContent === NO_SIGNAL) say(SIGNAL);
  };
  const go = (hash) => { location.hash = hash; };

  // --- one DOPS ---

  const groundOf = (one) => {
    const known = keptDops.ground();
    return known?.dops.find((other) => other.dops === one.dops) ?? known?.trainees.find((other) => other.record === one.record);
  };
  const formOf = (one) => keptDops.ground()?.forms[one.form] ?? [];
  const itemsOf = (one, step) => (step === 2 ? formOf(one).slice(0, HALF) : formOf(one).slice(HALF));

  const boundsOf = (one) => groundOf(one)?.bounds ?? {}; // what the rules of this training refuse, and in which words

  const begin = (trainee) => {
    const steps = { 1: { complexity: "routine", setting: "real", observed_on: today() }, 2: {}, 3: {}, 4: {} };
    return {
      person: keptDops.person(), begun: crypto.randomUUID(), dops: null, record: trainee.record, form: trainee.form,
      name: trainee.name, steps, there: {}, at: new Date().toISOString(), closed: false, sending: null,
    };
  };
  const goOn = (known) => {
    const mine = keptDops.items().find((one) => one.dops === known.dops);
    if (mine) return mine;
    const steps = Object.fromEntries(Object.entries(known.steps).map(([step, one]) => [step, { ...one.fields }]));
    steps[1] = { complexity: "routine", setting: "real", observed_on: today(), ...steps[1] };
    return { ...begin(known), dops: known.dops, begun: `dops-${known.dops}`, steps, there: known.steps };
  };

  // What a step's own page kept when it was sent and could not be: js/autosave.js keeps one copy a window.
  const takeOver = (one, step) => {
    const start = `ctts-draft:${one.person}:dops:${one.dops}:${step}@`;
    const copies = Object.keys(localStorage).filter((key) => key.startsWith(start));
    const read = copies.map((key) => JSON.parse(localStorage.getItem(key)));
    const last = read.filter((copy) => copy?.text).sort((a, b) => b.at.localeCompare(a.at))[0];
    if (last) {
      for (const [name, value] of Object.entries(last.text)) one.steps[step][name] = [].concat(value).at(-1) ?? "";
      keep(one);
    }
    for (const key of copies) localStorage.removeItem(key);
  };

  // What was sent meanwhile, and where it stands on the server, is not this page's to change.
  const keep = (one) => {
    const { dops, there, sending } = keptDops.item(one.begun) ?? one;
    Object.assign(one, { dops, there, sending, at: new Date().toISOString(), problem: null });
    say(keptDops.keep(one) ? `Kept on this phone ${clock(one.at)}` : "This phone keeps nothing: its storage is full or switched off. Do not close this page.");
  };
  const type = (one, step, name, value) => {
    one.steps[step] = { ...one.steps[step], [name]: value };
    keep(one);
  };

  // --- parts of the form ---

  const heading = (one, step, kicker) => {
    const title = make("h1", { tabindex: "-1", "data-focus": true }, one ? one.name : "DOPS without signal");
    const back = one ? make("p", { class: "page-head__back" }, make("a", { href: "#/" }, "Leave; what is filled in is kept")) : null;
    const head = make("header", { class: "page-head" }, back, make("div", { class: "page-head__name" }, make("p", { class: "kicker" }, kicker), title));
    if (!one) return [head];
    const done = (number) => (number < step ? "is-over" : number === step ? "is-here" : null);
    const list = make("ol", { "aria-hidden": "true" }, ...NAMES.map((name, at) => make("li", { class: done(at + 1) }, make("span", {}, name))));
    return [head, make("div", { class: "steps" }, make("p", { class: "steps__words" }, `Step ${step} of ${LAST}: `, make("strong", {}, NAMES[step - 1])), list)];
  };
  const text = (one, step, name, kind = "input", more = {}) => {
    const id = `id_${name}`;
    const field = make(kind, { id, name, class: "form-control", ...more, oninput: (event) => type(one, step, name, event.target.value) });
    field.value = one.steps[step][name] ?? "";
    return make("div", { class: "mb-3" }, make("label", { for: id, class: "form-label" }, LABELS[name]), field);
  };
  const radios = (one, step, name) =>
    make("fieldset", { class: "mb-3" }, make("legend", { class: "form-label" }, LABELS[name]), make("div", { class: "choices" }, ...CHOICES[name].map(([value, words]) => {
      const id = `id_${name}_${value}`;
      const box = make("input", { type: "radio", id, name, value, class: "form-check-input", onchange: () => type(one, step, name, value) });
      box.checked = one.steps[step][name] === value;
      return make("div", { class: "form-check" }, box, make("label", { for: id, class: "form-check-label" }, words));
    })));
  const competency = (one) => {
    const own = groundOf(one)?.competencies ?? [];
    const field = make("select", { id: "id_item", name: "item", class: "form-select", onchange: (event) => type(one, 1, "item", event.target.value) },
      make("option", { value: "" }, "Choose a competency"), ...own.map(([value, words]) => make("option", { value }, words)));
    field.value = one.steps[1].item ?? "";
    return make("div", { class: "mb-3" }, make("label", { for: "id_item", class: "form-label" }, LABELS.item), field);
  };
  const scored = (one, step, item) => {
    const name = `item_${item.pk}`;
    const answers = [...item.anchors.map((words, score) => [String(score), String(score), words]), ["na", "N/A", "Not applicable to this procedure."]];
    return make("fieldset", { class: "score" },
      make("legend", {}, make("span", { class: "score__title" }, `${item.number}. ${item.title}`), make("span", { class: "score__observed" }, item.observed)),
      ...answers.map(([value, number, words]) => {
        const id = `id_${name}_${value}`;
        const box = make("input", { type: "radio", id, name, value, class: "form-check-input", onchange: () => type(one, step, name, value) });
        box.checked = one.steps[step][name] === value;
        return make("div", { class: "score__choice form-check" }, box,
          make("label", { for: id, class: "form-check-label" }, make("span", { class: "score__number" }, number), make("span", { class: "score__words" }, words)));
      }));
  };
  const recent = (one) => {
    const rows = keptDops.ground()?.recent ?? [];
    if (!rows.length || one.steps[1].procedure) return null;
    const take = (row) => () => {
      const own = (groundOf(one)?.competencies ?? []).find(([, words]) => words === row.competency);
      one.steps[1] = { ...one.steps[1], procedure: row.procedure, place: row.place, complexity: row.complexity, setting: row.setting, ...(own ? { item: own[0] } : {}) };
      keep(one);
      draw();
    };
    return make("section", { class: "recent", "aria-labelledby": "recent" }, make("h2", { id: "recent" }, "As before"),
      make("ul", {}, ...rows.map((row) => make("li", {}, button(row.procedure, "btn-secondary", take(row))))));
  };
  const next = (one, step) =>
    make("div", { class: "actions" }, make("a", { class: "btn btn-primary", href: `#/${one.begun}/${step + 1}` }, "Keep and go on"),
      step > 1 ? make("a", { class: "btn btn-link", href: `#/${one.begun}/${step - 1}` }, "Back one step") : null);

  // What the server would refuse, in its own words.
  const refused = (one) => {
    const bounds = boundsOf(one);
    const observed = one.steps[1].observed_on;
    const left = [2, 3].map((step) => itemsOf(one, step).filter((item) => one.steps[step][`item_${item.pk}`] === "na").length);
    const found = [];
    if (observed > today() && bounds.not_come) found.push([1, `${LABELS.observed_on}: ${bounds.not_come}`]);
    else if (observed && observed < bounds.start_on) found.push([1, `${LABELS.observed_on}: ${bounds.before_start}`]);
    if (left[0] + left[1] > bounds.not_applicable_most) found.push([left[1] ? 3 : 2, bounds.too_many]);
    return found;
  };
  const missing = (one) => {
    const found = refused(one);
    const empty = WHAT.filter((name) => !one.steps[1][name]?.trim()).map((name) => LABELS[name]);
    if (empty.length) found.push([1, `Not said yet: ${empty.join(", ")}.`]);
    for (const step of [2, 3]) {
      const open = itemsOf(one, step).filter((item) => !one.steps[step][`item_${item.pk}`]).map((item) => item.number);
      if (open.length) found.push([step, `Not judged yet: item${open.length === 1 ? "" : "s"} ${open.join(", ")}.`]);
    }
    if (!one.steps[4].overall) found.push([4, "No overall judgement yet."]);
    return found.sort(([step], [other]) => step - other);
  };
  const finish = (one) => async (event) => {
    event.target.disabled = true;
    keep(one);
    one.closed = true;
    keptDops.keep(one);
    navigator.storage?.persist?.().catch(() => {}); // that this phone does not clear it away for want of room
    const sent = (await keptDops.send()).find((other) => other.begun === one.begun);
    if (sent) location.href = sent.url;
    else go("/");
  };

  const PAGES = {
    1: (one) => [recent(one), text(one, 1, "procedure"), competency(one), make("div", { class: "side-by-side" }, radios(one, 1, "complexity"), radios(one, 1, "setting")),
      text(one, 1, "place"), text(one, 1, "observed_on", "input", { type: "date", min: boundsOf(one).start_on, max: today() })],
    2: (one) => [make("div", { class: "scoring" }, ...itemsOf(one, 2).map((item) => scored(one, 2, item)))],
    3: (one) => [make("div", { class: "scoring" }, ...itemsOf(one, 3).map((item) => scored(one, 3, item)))],
    4: (one) => [radios(one, 4, "overall"), ...["done_well", "to_improve", "agreed_action"].map((name) => text(one, 4, name, "textarea", { rows: 3 }))],
    5: (one) => {
      const open = missing(one);
      return [
        open.length ? make("section", { "aria-labelledby": "open" }, make("h2", { id: "open" }, "Not complete yet"), make("p", {}, "It can be kept and sent like this; the rest is asked for before it is signed."),
          make("ul", {}, ...open.map(([step, words]) => make("li", {}, make("a", { href: `#/${one.begun}/${step}` }, words))))) : make("p", {}, "Everything is filled in."),
        make("p", {}, "Nothing is signed on this page. It sends itself as soon as there is signal, once; then you read it over and sign it with your password or a code."),
      ];
    },
  };
  const step = (one, number) => {
    if (one.closed) keptDops.keep(Object.assign(one, { closed: false })); // it is open again: it waits for its button
    const last = number === LAST;
    const end = last
      ? make("div", { class: "actions" }, button("Keep it and send it", "btn-primary", finish(one)), make("a", { class: "btn btn-link", href: `#/${one.begun}/${LAST - 1}` }, "Back one step"))
      : next(one, number);
    return [...heading(one, number, "DOPS, kept on this phone"), make("div", { class: "dops-step entry-form" }, ...PAGES[number](one), end)];
  };

  // --- two texts ---

  const shown = (one, name, value) => {
    if (name === "observed_on") return longDay(value);
    if (name === "item") return (groundOf(one)?.competencies ?? []).find(([key]) => key === value)?.[1] ?? value;
    return (CHOICES[name] ?? []).find(([key]) => key === value)?.[1] ?? (value === "na" ? "N/A" : value);
  };
  const labelled = (one, name) => LABELS[name] ?? (() => {
    const item = formOf(one).find((other) => `item_${other.pk}` === name);
    return item ? `${item.number}. ${item.title}` : name;
  })();
  const settle = (one, mine) => () => {
    for (const [number, other] of Object.entries(one.conflict)) {
      one.there[number] = other;
      if (!mine) one.steps[number] = { ...other.fields };
    }
    keptDops.keep({ ...one, conflict: null, at: new Date().toISOString() });
    keptDops.send().then(draw);
    draw();
  };
  const conflict = (one) => {
    const rows = Object.entries(one.conflict).flatMap(([number, other]) =>
      [...new Set([...Object.keys(other.fields), ...Object.keys(one.steps[number])])]
        .filter((name) => (other.fields[name] ?? "") !== (one.steps[number][name] ?? "").trim())
        .map((name) => make("tr", {}, make("th", { scope: "row" }, labelled(one, name)),
          make("td", { "data-label": "On this phone" }, shown(one, name, one.steps[number][name]) || "(empty)"),
          make("td", { "data-label": "On the server" }, shown(one, name, other.fields[name]) || "(empty)"))));
    return make("section", { class: "panel", "aria-label": `Newer text for ${one.name}` },
      make("p", {}, "Newer text was saved on the server meanwhile, in another window or on another device. Nothing was written over it."),
      make("table", { class: "rows" }, make("caption", { class: "visually-hidden" }, "Where the two differ"),
        make("thead", {}, make("tr", {}, ...["Field", "On this phone", "On the server"].map((words) => make("th", { scope: "col" }, words)))), make("tbody", {}, ...rows)),
      make("div", { class: "actions" }, button("Keep mine", "btn-secondary", settle(one, true)), button("Keep theirs", "btn-secondary", settle(one, false))));
  };

  // --- the list ---

  const standing = (one) => {
    if (one.conflict) return "Newer text is on the server: choose.";
    if (one.problem) return `Not taken: ${one.problem} What you filled in is kept here.`;
    return one.closed ? "Kept on this phone, not sent yet. It sends itself when there is signal." : "Kept on this phone, still open. It is sent once you press “Keep it and send it”.";
  };
  const remove = (one) => () => {
    keptDops.forget(one);
    draw();
  };
  // Whoever was asked and came too late observed it all the same: it goes as a DOPS that they start themselves.
  const startsOwn = (one) => one.problem && one.ended && (keptDops.ground()?.trainees ?? []).some((other) => other.record === one.record && other.form);
  // Pressed twice it is one all the same: its key stands with what was refused, and goes over once.
  const asOwn = (one) => async (event) => {
    event.target.disabled = true;
    if (!keptDops.item(one.begun)) return; // another press, here or in another window, has sent it on its way
    const begun = one.own ?? crypto.randomUUID();
    const own = { ...one, dops: null, begun, there: {}, sending: null, problem: null, ended: false, own: null, closed: true };
    keptDops.keep(own);
    keptDops.forget(one);
    const sent = (await keptDops.send()).find((other) => other.begun === own.begun);
    if (sent) location.href = sent.url;
    else draw();
  };
  const row = (one) => make("li", {},
    make("p", {}, make("strong", {}, one.name), one.steps[1].procedure ? `, ${one.steps[1].procedure}` : "", ` (${day(one.at)}, ${clock(one.at)})`, make("br"), make("span", { class: "quiet" }, standing(one))),
    one.conflict ? conflict(one) : null,
    make("div", { class: "actions" }, make("a", { class: "btn btn-secondary", href: `#/${one.begun}/1` }, "Open it"),
      startsOwn(one) ? button("Send it as a DOPS of your own", "btn-primary", asOwn(one)) : null,
      one.problem ? button("Remove it from this phone", "btn-outline-danger", remove(one)) : null));
  const start = (ground) => {
    const able = ground.trainees.filter((one) => one.form);
    if (!able.length) return make("p", { class: "quiet" }, "There is no trainee for whom you start a DOPS.");
    const field = make("select", { id: "whom", class: "form-select" }, ...able.map((one) => make("option", { value: one.record }, `${one.name}, ${one.scope}`)));
    const act = (event) => {
      event.target.disabled = true; // a second press would leave an empty one behind
      const made = begin(able.find((one) => String(one.record) === field.value));
      keep(made);
      go(`/${made.begun}/1`);
    };
    return make("div", { class: "entry-form" }, make("div", { class: "mb-3" }, make("label", { for: "whom", class: "form-label" }, "Trainee"), field),
      make("div", { class: "actions" }, button("Start a DOPS", "btn-primary", act)));
  };
  const openAgain = (known) => make("li", {}, make("p", {}, make("strong", {}, known.name), known.procedure ? `, ${known.procedure}` : ""),
    button("Go on with it here", "btn-secondary", () => {
      const one = goOn(known);
      keep(one);
      go(`/${one.begun}/1`);
    }));
  const list = () => {
    const ground = keptDops.ground();
    const kept = keptDops.items();
    const begun = (ground?.dops ?? []).filter((known) => !kept.some((one) => one.dops === known.dops));
    return [...heading(null, 0, "Kept on this phone"),
      make("p", { class: "lede" }, "Fill in a DOPS where there is no signal. It is kept on this phone for you alone, and sends itself once when there is signal. It is signed afterwards."),
      make("section", { class: "section", "aria-labelledby": "kept" }, make("h2", { id: "kept" }, "Not sent yet"),
        kept.length ? make("ul", { class: "plain-list" }, ...kept.map(row)) : make("p", { class: "quiet" }, "Nothing waits on this phone.")),
      make("section", { class: "section", "aria-labelledby": "start" }, make("h2", { id: "start" }, "Start one"),
        ground ? start(ground) : make("p", { class: "quiet" }, "Nothing is loaded on this phone yet. Open this page once with signal.")),
      begun.length ? make("section", { class: "section", "aria-labelledby": "begun" }, make("h2", { id: "begun" }, "Begun already"), make("ul", { class: "plain-list" }, ...begun.map(openAgain))) : null,
      ground ? make("p", { class: "quiet small" }, `Names, competencies and items were loaded ${day(ground.kept_at)}, ${clock(ground.kept_at)}. They are removed when you sign out.`) : null];
  };
  const nobody = () => [...heading(null, 0, "Kept on this phone"),
    make("p", { class: "lede" }, "Nobody is signed in on this phone, so nothing is shown. What somebody filled in is still kept, and is sent when they sign in."),
    make("p", {}, make("a", { class: "btn btn-primary", href: `${keptDops.LOGIN_URL}?next=${encodeURIComponent(keptDops.FORM_URL)}` }, "Sign in"))];

  let drawn = "";
  const place = () => {
    const [, begun, number] = location.hash.split("/");
    const one = begun ? keptDops.item(begun) : null;
    return one ? { one, number: Math.min(Math.max(Number(number) || 1, 1), LAST) } : {};
  };
  function draw() {
    const { one, number } = place();
    const parts = !keptDops.person() ? nobody() : one ? step(one, number) : list();
    screen.replaceChildren(...parts.filter(Boolean));
    if (drawn && drawn !== location.hash) screen.querySelector("[data-focus]")?.focus();
    drawn = location.hash;
    document.title = `${one ? `DOPS, step ${number}, ${one.name}` : "DOPS without signal"} – Clinical Technologist Training Scheme`;
    if (keptDops.isSignedOut() && keptDops.person()) say("You are signed out. What you fill in is kept on this phone, and is sent once you sign in again.");
    else if (one || !navigator.onLine) saySignal();
    else say("");
  }

  // A step's own page could not be reached: this form goes on with it.
  const STEP = /^\/training\/dops\/(\d+)\/step\/(\d)\/$/.exec(location.pathname);
  const comeFromStep = () => {
    const known = (keptDops.ground()?.dops ?? []).find((one) => String(one.dops) === STEP[1]);
    const kept = keptDops.items().find((one) => String(one.dops) === STEP[1]);
    if (!known && !kept) return location.replace(keptDops.FORM_URL);
    const one = kept ?? goOn(known);
    for (let number = 1; number < LAST; number += 1) takeOver(one, number);
    keep(one);
    return location.replace(`${keptDops.FORM_URL}#/${one.begun}/${STEP[2]}`);
  };
  if (STEP && keptDops.person()) comeFromStep();
  else {
    const resend = async () => {
      await keptDops.load(true);
      await keptDops.send();
      if (!place().one) draw();
    };
    keptDops.onChange(() => !place().one && draw());
    window.addEventListener("hashchange", draw);
    for (const signal of ["online", "offline"]) window.addEventListener(signal, () => (place().one ? saySignal() : draw()));
    draw();
    resend();
  }
})();
