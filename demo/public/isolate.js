// A service worker for hosts that send no headers of their own, registered only when the visitor asks for it. It answers requests for this
// folder's files with what the host answers and three headers that isolate the page from others, so that its threads may share memory. It
// adds nothing else, keeps nothing, and leaves requests to other origins to the browser, which holds them to the page's policy.
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

async function isolated(request) {
  // A page may be moved by its host; a file that is moved might be fetched from another origin, and is refused.
  const response = await fetch(request, request.mode === "navigate" ? undefined : { redirect: "error" });
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (new URL(event.request.url).origin === self.location.origin) event.respondWith(isolated(event.request));
});
