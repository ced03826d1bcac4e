/**
 * The isolate in which the embedded PostgreSQL runs and answers on a Unix socket.
 *
 * PGlite is one backend with one session. So one connection is served at a time, from its first byte to its
 * last; the next one waits in the socket's backlog, and finds the session as new as a PostgreSQL server would
 * give it. `PGLiteSocketServer` promises neither: it refuses whoever reconnects before it has seen the old
 * connection close, and passes on settings, temporary tables and advisory locks.
 */
import { Buffer } from "node:buffer";
import { Script } from "node:vm";
import { PGlite } from "@electric-sql/pglite";

/** What the worker is told: first what to open, in the end to close it. */
export type Order = Opening | "close";
type Opening = { cluster: string; socket: string; create: boolean; statementTimeoutMs: number };

/** What the worker answers: once to each order; and, if it must, that it has failed. */
export type Report =
  | { kind: "serving"; version: string; fresh: boolean }
  | { kind: "failed"; error: unknown }
  | { kind: "closed" };

type Engine = { db: PGlite; listener: Deno.Listener; statementTimeoutMs: number };

const owner = self as unknown as MessagePort; // a worker's `self` is its end of the channel
let engine: Engine | undefined;

owner.onmessage = ({ data }: MessageEvent<Order>) => data === "close" ? close() : open(data);

/** Serves until it is told to close, or until the engine fails: then it says why and ends. */
async function open({ cluster, socket, create, statementTimeoutMs }: Opening) {
  let lastWords: string | undefined;
  const onStderr = (line: string) => Boolean(lastWords = /\b(?:FATAL|PANIC): +(.+)/.exec(line)?.[1] ?? lastWords);
  try {
    await outlivePredecessor(cluster);
    const fresh = await ensureCluster(cluster, create);
    const db = await PGlite.create(cluster, { onStderr });
    const version = await versionOf(db);
    engine = { db, listener: await listen(socket), statementTimeoutMs };
    owner.postMessage({ kind: "serving", version, fresh } satisfies Report);
    await serveEach(engine);
  } catch (cause) {
    const error = lastWords ? new Error(lastWords, { cause }) : asError(cause); // PGlite's own error seldom says why
    owner.postMessage({ kind: "failed", error } satisfies Report);
    self.close();
  }
}

/** The engine's file system throws what is no error and has but a number, by WASI's list. */
function asError(cause: unknown): Error {
  if (cause instanceof Error) return cause;
  const { errno } = Object(cause) as { errno?: number };
  return new Error(errno === wasiNoSpace ? "No space left on device" : `the file system answers ${errno}`, { cause });
}

const wasiNoSpace = 51;

/** Writes out what PGlite holds (a checkpoint), then says so. */
async function close() {
  engine?.listener.close();
  await engine?.db.close();
  owner.postMessage({ kind: "closed" } satisfies Report);
}

/** Waits for the end of a worker that was terminated: in the middle of a statement it goes on. */
async function outlivePredecessor(cluster: string) {
  const lock = await Deno.open(`${cluster}.lock`, { write: true, create: true, mode: 0o600 });
  await lock.lock(true); // until this isolate ends
}

/**
 * Creates the cluster if it may and there is none; says whether it did. A cluster appears under its name when
 * it is whole, so a creation that was interrupted is begun anew. Files that are no cluster are left alone.
 */
async function ensureCluster(cluster: string, create: boolean): Promise<boolean> {
  const names = await namesIn(cluster);
  if (names.includes("PG_VERSION")) {
    const major = (await Deno.readTextFile(`${cluster}/PG_VERSION`)).trim();
    if (major !== engineMajor) throw new Error(otherMajor(major));
    return false;
  }
  if (names.length > 0) throw new Error("it has files but no PG_VERSION, so it is damaged or no database");
  if (!create) throw new Error("it is gone");

  const unfinished = `${cluster}.new`;
  await Deno.remove(unfinished, { recursive: true }).catch(unlessMissing);
  await Deno.mkdir(unfinished, { mode: 0o700 });
  const db = await PGlite.create(unfinished);
  await db.close();
  await Deno.rename(unfinished, cluster);
  return true;
}

/** The major version of PostgreSQL in PGlite: the files of one are of no use to another. */
const engineMajor = "18";

const otherMajor = (major: string) =>
  `it was made by PostgreSQL ${major}, and this Sentinel embeds ${engineMajor}: move it as deploy/README.md says under ` +
  `"Upgrades", with "sentinel db export" of the Sentinel that it was made with`;

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    unlessMissing(error);
    return [];
  }
}

async function versionOf(db: PGlite): Promise<string> {
  const { rows } = await db.query<{ version: string }>("select version()");
  return rows[0]!.version.split(" on ")[0]!;
}

async function listen(socket: string): Promise<Deno.Listener> {
  await Deno.remove(socket).catch(unlessMissing);
  return Deno.listen({ transport: "unix", path: socket });
}

async function serveEach({ db, listener, statementTimeoutMs }: Engine) {
  for await (const connection of listener) {
    using client = connection;
    for await (const message of messages(client)) {
      await send(client, await execute(db, message, statementTimeoutMs));
    }
    await renewSession(db);
  }
}

/**
 * Runs one message and answers what the server says to it. When it takes too long it is cut off in the middle,
 * which leaves an engine that is good for nothing: the error must end this worker. V8 offers that for scripts
 * of `node:vm` alone; `Worker.terminate()` waits for a busy worker for ever.
 */
async function execute(db: PGlite, message: Uint8Array, timeout: number): Promise<Uint8Array> {
  const answers: Uint8Array[] = [];
  statement.run = () => db.execProtocolRawStream(message, { onRawData: (bytes) => answers.push(bytes.slice()) });
  await runStatement.runInThisContext({ timeout });
  return Buffer.concat(answers);
}

const statement: { run?: () => Promise<void> } = {};
Object.assign(globalThis, { statement });
const runStatement = new Script("statement.run()");

/**
 * Takes back all that a connection leaves behind: a transaction, settings, temporary tables, advisory locks.
 * Said twice, as a session that was left between an error and its Sync message does not hear the first.
 */
async function renewSession(db: PGlite) {
  await db.exec("rollback");
  await db.exec("rollback");
  await db.exec("discard all");
}

const protocolMajor = 3;
const terminate = "X".charCodeAt(0);

/**
 * Cuts what a client sends into whole messages, until it says goodbye or is gone. The first has no type byte and
 * must start a session (PostgreSQL manual, "Message Formats"): other requests, to encrypt or to cancel, end it.
 */
async function* messages(client: Deno.Conn): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024);
  let pending = Buffer.alloc(0);
  let typeSize = 0;
  for (let read; (read = await client.read(chunk).catch(() => null)) !== null;) {
    pending = Buffer.concat([pending, chunk.subarray(0, read)]);
    for (let size; (size = firstSize(pending, typeSize)) <= pending.length; pending = pending.subarray(size)) {
      const starts = pending.length >= 8 && pending.readUInt16BE(4) === protocolMajor;
      if (typeSize === 0 ? !starts : pending[0] === terminate) return;
      typeSize = 1;
      yield pending.subarray(0, size);
    }
  }
}

/** Bytes of the first message; infinite until its length has arrived. */
function firstSize(bytes: Buffer, typeSize: number): number {
  if (bytes.length < typeSize + 4) return Infinity;
  return typeSize + Math.max(4, bytes.readUInt32BE(typeSize));
}

/** Sends what the client takes; that it is gone is noticed by the next read. */
async function send(client: Deno.Conn, bytes: Uint8Array) {
  for (let sent = 0; sent < bytes.length;) sent += await client.write(bytes.subarray(sent)).catch(() => Infinity);
}

function unlessMissing(error: unknown) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
