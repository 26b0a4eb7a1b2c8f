// A courier's page where there is no network: the newest that was seen. What was noted is sent by the
// page itself (courier_queue.js), not from here.

const PATIENCE = 4000; // milliseconds that a page may take, where an older one is at hand

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname === "/courier") event.respondWith(page(request));
  else if (pathname.startsWith("/static/")) event.respondWith(part(request));
});

// The addresses of parts change with what is in them.
async function part(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function page(request) {
  const kept = await caches.open("courier");
  const older = await kept.match("/courier");
  const newer = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await kept.put("/courier", answer.clone());
    if (answer.status === 401) await kept.delete("/courier"); // withdrawn: whom to find is none of its business
    return answer;
  });
  if (!older) return newer;
  const late = new Promise((done) => setTimeout(done, PATIENCE, older));
  return Promise.race([newer, late]).catch(() => older);
}
