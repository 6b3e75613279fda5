/** Where the pages come from: one real server of ours for all of them, and a static front for each page before it. */

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync, mkdirSync, statSync } from "node:fs";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PYTHON = join(ROOT, ".venv/bin/python");
const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Our server on an empty data folder, its worker ready: `{ port, stop }`. */
export async function startServer(data) {
  const options = ["--port", "0", "--data-dir", data, "--disable-auto-launch", "--cpu"];
  const child = spawn(PYTHON, ["main.py", ...options], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await gone;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const address = line.match(/Noiseloom is at \S+:(\d+)/);
    if (address === null) continue;
    child.stdout.resume();
    const port = Number(address[1]);
    await ready(port);
    return { port, stop };
  }
  throw new Error("the server ended before it was ready");
}

async function ready(port) {
  for (;;) {
    const system = await (await fetch(`http://127.0.0.1:${port}/api/v1/system`)).json();
    if (system.worker.state === "ready") return;
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** ComfyUI's published front end of one version, installed beside the measurements and nowhere else: its folder. */
export function installPeer(version, cache) {
  const target = join(cache, version);
  if (!existsSync(target)) {
    mkdirSync(target, { recursive: true });
    const wanted = `comfyui-frontend-package==${version}`;
    execFileSync(PYTHON, ["-m", "pip", "install", "--quiet", "--no-deps", "--target", target, wanted], {
      stdio: "inherit",
    });
  }
  return join(target, "comfyui_frontend_package/static");
}

/** Serve `folder`, and from `port` whatever is not in it, sockets too: `{ url, stop }`. Nothing is compressed or kept. */
export async function serve(folder, port) {
  const server = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url, "http://localhost");
    const path = join(folder, normalize(pathname === "/" ? "/index.html" : decodeURIComponent(pathname)));
    if (asked.method === "GET" && existsSync(path) && statSync(path).isFile()) {
      answer.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" });
      createReadStream(path).pipe(answer);
    } else {
      forward(asked, answer, port);
    }
  });
  server.on("upgrade", (asked, socket, head) => forwardSocket(asked, socket, head, port));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

/** The headers as if the page were our server's own. */
function asOurs(headers, port) {
  const own = { ...headers, host: `127.0.0.1:${port}` };
  if (own.origin !== undefined) own.origin = `http://127.0.0.1:${port}`;
  delete own.referer;
  return own;
}

function forward(asked, answer, port) {
  const onward = request(
    { host: "127.0.0.1", port, path: asked.url, method: asked.method, headers: asOurs(asked.headers, port) },
    (back) => {
      answer.writeHead(back.statusCode, back.headers);
      back.pipe(answer);
    },
  );
  onward.on("error", () => answer.destroy());
  asked.pipe(onward);
}

function forwardSocket(asked, socket, head, port) {
  const onward = connect(port, "127.0.0.1", () => {
    const headers = Object.entries(asOurs(asked.headers, port)).map(([name, value]) => `${name}: ${value}\r\n`);
    onward.write(`GET ${asked.url} HTTP/1.1\r\n${headers.join("")}\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  onward.on("error", () => socket.destroy());
  socket.on("error", () => onward.destroy());
}
