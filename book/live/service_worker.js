// Keeps what a reader has started, for when there is no network. It stands at the top of the site, and does nothing for
// a page that was not kept: the network comes first, and the cache only where there is none.
"use strict";

const KEPT = "live-pages";

addEventListener("install", () => skipWaiting());
addEventListener("activate", event => event.waitUntil(clients.claim()));

addEventListener("message", event => {
  if (event.data?.kind !== "keep") { return; }
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT);
    await Promise.allSettled(event.data.urls.map(async url => {
      const response = await fetch(url, { credentials: "same-origin" });
      if (response.ok) { await cache.put(url, response); }
    }));
    event.ports[0]?.postMessage("kept");
  })());
});

addEventListener("fetch", event => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(location.origin)) { return; }
  event.respondWith((async () => {
    try {
      return await fetch(request);
    } catch (error) {
      const cache = await caches.open(KEPT);
      const known = await cache.match(request.url.split("#")[0]) ?? await cache.match(request.url, { ignoreSearch: true });
      if (known) { return known; }
      throw error;
    }
  })());
});
