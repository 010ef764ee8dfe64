/* Keeps the empty DOPS form on this phone, and the files it is drawn from: nothing of any record, and no other page.
   A page of a step that cannot be reached gives way to the form, which goes on with what was typed. */
"use strict";

const PREFIX = "ctts-dops-";
const CACHE = `${PREFIX}{{ version }}`;
const FORM = "{{ form|escapejs }}";
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const STEP = /^\/training\/dops\/\d+\/step\/\d\/$/;

self.addEventListener("install", (event) => {
  const wanted = [FORM, ...FILES].map((url) => new Request(url, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(wanted)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const others = (names) => names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(others(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

const form = async () => (await (await caches.open(CACHE)).match(FORM)) ?? Response.error();
// Where a signal is too weak to be one, nobody waits for it longer than this.
const soon = (request) => Promise.race([fetch(request), new Promise((_, no) => setTimeout(no, 4000))]).catch(form);
const file = async (request) => (await (await caches.open(CACHE)).match(request)) ?? fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === FORM && request.method === "GET") event.respondWith(soon(request));
    else if (STEP.test(url.pathname)) event.respondWith(fetch(request).catch(form));
  } else if (request.method === "GET" && FILES.includes(url.pathname)) event.respondWith(file(request));
});
