import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { unpackArchives } from "../../src/device/webgpu/archive.js";

/** What a test browser is to be like. */
export interface ChromiumOptions {
  /** false: a browser without WebGPU. */
  readonly webgpu?: boolean;
  /** More arguments of the command line. */
  readonly args?: readonly string[];
}

const WEBGPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--use-vulkan=swiftshader",
  "--enable-features=Vulkan",
  "--use-angle=swiftshader",
];

/** A real headless Chromium with WebGPU on SwiftShader, from the npm package `@sparticuz/chromium` alone. */
export async function launchChromium({ webgpu = true, args = [] }: ChromiumOptions = {}): Promise<Browser> {
  const [program, libraries] = [unpackArchives("chromium.br", "swiftshader.tar.br"), unpackArchives("al2023.tar.br")];
  if (!program || !libraries) throw new Error("@sparticuz/chromium is not installed: run npm ci");
  return chromium.launch({
    executablePath: join(program, "chromium"),
    // a locale that pages can name: charts ask for it
    env: { ...process.env, LC_ALL: "en_US.UTF-8", LD_LIBRARY_PATH: libraries } as Record<string, string>,
    args: [
      "--no-sandbox",
      ...(webgpu ? WEBGPU : ["--disable-features=WebGPU"]),
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--disable-quic",
      ...args,
    ],
  });
}

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".gz": "application/gzip",
};

/** A plain static file server on localhost, as any host of a built page is; `headers` are sent with every file. */
export async function serveFolder(folder: string, headers: Record<string, string> = {}): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = path.endsWith("/") ? `${path}index.html` : path;
    try {
      const body = await readFile(join(folder, file));
      response.writeHead(200, { ...headers, "content-type": types[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}
