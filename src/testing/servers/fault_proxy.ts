import { once } from "node:events";
import net from "node:net";

/** What a proxy does to the bytes that pass through it; see {@link startFaultProxy}. */
export type Fault =
  | { kind: "pass" }
  | { kind: "delay"; ms: number; jitterMs?: number }
  /** Ends a connection once `bytes` have gone `to` that side, counted from when the fault was set. */
  | { kind: "cut"; bytes: number; to: Side; by: Ending }
  /** Accepts and takes everything, passes nothing on; what was held goes on when the fault is lifted. */
  | { kind: "mute" }
  /** Listens no more; connections that live go on. */
  | { kind: "refuse" }
  /** One byte at a time. */
  | { kind: "slice" };

export type Side = "server" | "client";

/** An RST, or a FIN. */
export type Ending = "reset" | "close";

/** A connection through the proxy. */
export interface Link {
  /** What its client has sent, up to 4 kB, as Latin-1. */
  readonly said: string;
  /** Replaces the proxy's fault for this connection. */
  fault: Fault | undefined;
}

export type FaultProxy = Awaited<ReturnType<typeof startFaultProxy>>;

const pass: Fault = { kind: "pass" };
const saidLengthMax = 4_096;

/** Starts a TCP proxy on a free port of this machine in front of `target`. Its behaviour can be changed at any time. */
export async function startFaultProxy(target: { hostname: string; port: number }) {
  const links = new Set<ReturnType<typeof createLink>>();
  let fault: Fault = pass;
  let changed = Promise.withResolvers<void>();
  let accepted = 0;
  let server = await open(0);
  const { port } = server.address() as net.AddressInfo;

  return {
    port,
    /** Connections so far. */
    accepted: () => accepted,
    /** Connections now. */
    links: (): Link[] => [...links],
    set,
    cutAll,
    async [Symbol.asyncDispose]() {
      const closed = server.listening ? once(server, "close") : undefined;
      server.close();
      cutAll("reset");
      lift();
      await closed;
    },
  };

  async function set(next: Fault): Promise<void> {
    fault = next;
    for (const link of links) link.passed = { server: 0, client: 0 };
    lift();
    if (next.kind === "refuse") server.close();
    else if (!server.listening) server = await open(port);
  }

  function cutAll(by: Ending): void {
    for (const link of links) link.end(by);
  }

  /** Wakes everything that waits for the fault to change. */
  function lift() {
    changed.resolve();
    changed = Promise.withResolvers();
  }

  async function open(at: number): Promise<net.Server> {
    const opened = net.createServer({ noDelay: true }, (client) => void accept(client));
    opened.listen(at, "127.0.0.1");
    await once(opened, "listening");
    return opened;
  }

  async function accept(client: net.Socket) {
    accepted++;
    const link = createLink(client);
    links.add(link);
    client.on("close", () => link.end("close"));
    await unmuted(link);
    if (link.ended()) return links.delete(link);
    link.upstream = net.connect({ host: target.hostname, port: target.port, noDelay: true });
    link.upstream.on("error", () => link.end("reset"));
    await Promise.all([pump(link, client, link.upstream, "server"), pump(link, link.upstream, client, "client")]);
    link.end("close");
    return links.delete(link);
  }

  async function unmuted(link: { fault: Fault | undefined; ended(): boolean }) {
    while ((link.fault ?? fault).kind === "mute" && !link.ended()) await changed.promise;
  }

  async function pump(link: ReturnType<typeof createLink>, from: net.Socket, into: net.Socket, to: Side) {
    try {
      for await (const chunk of from as AsyncIterable<Uint8Array>) {
        if (to === "server") link.hear(chunk);
        await unmuted(link);
        await forward(link, chunk, into, to);
      }
      into.end();
    } catch {
      link.end("close"); // one side is closed, so the other is closed too
    }
  }

  async function forward(link: ReturnType<typeof createLink>, chunk: Uint8Array, into: net.Socket, to: Side) {
    const now = link.fault ?? fault;
    if (now.kind === "delay") await pause(now.ms + (Math.random() * 2 - 1) * (now.jitterMs ?? 0));
    if (now.kind === "slice") { for (const byte of chunk) await write(into, Uint8Array.of(byte)); }
    else if (now.kind === "cut" && now.to === to && link.passed[to] + chunk.length >= now.bytes) {
      await write(into, chunk.subarray(0, now.bytes - link.passed[to]));
      link.end(now.by);
    } else await write(into, chunk);
    link.passed[to] += chunk.length;
  }
}

function createLink(client: net.Socket) {
  let ended = false;
  client.on("error", () => {}); // reads and writes report the error
  return {
    said: "",
    fault: undefined as Fault | undefined,
    passed: { server: 0, client: 0 } as Record<Side, number>,
    upstream: undefined as net.Socket | undefined,
    ended: () => ended,
    hear(chunk: Uint8Array) {
      if (this.said.length < saidLengthMax) this.said += new TextDecoder("latin1").decode(chunk);
    },
    end(by: Ending) {
      if (ended) return;
      ended = true;
      if (by === "reset") client.resetAndDestroy();
      else client.end(() => client.destroy());
      this.upstream?.destroy();
    },
  };
}

function write(socket: net.Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => socket.write(bytes, (error) => error ? reject(error) : resolve()));
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
