/**
 * The worker in which the embedded PostgreSQL serves a Unix socket. PGlite is one backend with one session, so it
 * serves one connection from its first byte to its last. The next one waits in the socket's backlog, and gets a session
 * as new as that of a server. `PGLiteSocketServer` guarantees neither: it refuses a client that reconnects before it
 * has noticed the end of the old connection, and passes on settings, temporary tables and advisory locks.
 */
import { Buffer } from "node:buffer";
import { Script } from "node:vm";
import { PGlite } from "@electric-sql/pglite";

/** What the worker is asked to do: first to open a database, at the end to close it. */
export type Order = Opening | "close";
type Opening = { cluster: string; socket: string; create: boolean; statementTimeoutMs: number };

/** What the worker reports: one answer to each order, and a failure at any time. */
export type Report =
  | { kind: "serving"; version: string; fresh: boolean }
  | { kind: "failed"; error: unknown }
  | { kind: "closed" };

type Engine = { db: PGlite; listener: Deno.Listener; statementTimeoutMs: number };

const owner = self as unknown as MessagePort; // in a worker, `self` is its end of the channel
let engine: Engine | undefined;

owner.onmessage = ({ data }: MessageEvent<Order>) => data === "close" ? close() : open(data);

/** Serves until it is asked to close or the engine fails; then it reports the reason and ends. */
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
    const error = lastWords ? new Error(lastWords, { cause }) : asError(cause); // PGlite's own error rarely has the reason
    owner.postMessage({ kind: "failed", error } satisfies Report);
    self.close();
  }
}

/** Converts what the engine's file system throws, which is no `Error` and has only a WASI error number. */
function asError(cause: unknown): Error {
  if (cause instanceof Error) return cause;
  const { errno } = Object(cause) as { errno?: number };
  return new Error(errno === wasiNoSpace ? "No space left on device" : `the file system answers ${errno}`, { cause });
}

const wasiNoSpace = 51;

/** Writes everything to disk (a checkpoint), and then reports it. */
async function close() {
  engine?.listener.close();
  await engine?.db.close();
  owner.postMessage({ kind: "closed" } satisfies Report);
}

/** Waits for the end of a terminated worker, which continues until its statement has ended. */
async function outlivePredecessor(cluster: string) {
  const lock = await Deno.open(`${cluster}.lock`, { write: true, create: true, mode: 0o600 });
  await lock.lock(true); // held until this worker ends
}

/**
 * Creates the cluster if it may and there is none; returns whether it did. A cluster is named when it is complete, so
 * an interrupted creation starts again. Files that are no cluster stay unchanged.
 */
async function ensureCluster(cluster: string, create: boolean): Promise<boolean> {
  const names = await namesIn(cluster);
  if (names.includes("PG_VERSION")) {
    const major = (await Deno.readTextFile(`${cluster}/PG_VERSION`)).trim();
    if (major !== engineMajor) throw new Error(otherMajor(major));
    return false;
  }
  if (names.length > 0) throw new Error("it has files but no PG_VERSION, so it is damaged or not a database");
  if (!create) throw new Error("it is missing");

  const unfinished = `${cluster}.new`;
  await Deno.remove(unfinished, { recursive: true }).catch(unlessMissing);
  await Deno.mkdir(unfinished, { mode: 0o700 });
  const db = await PGlite.create(unfinished);
  await db.close();
  await Deno.rename(unfinished, cluster);
  return true;
}

/** The major version of PostgreSQL in PGlite. Another major version cannot read its files. */
const engineMajor = "18";

const otherMajor = (major: string) =>
  `it was created by PostgreSQL ${major}, and this version of Sentinel contains PostgreSQL ${engineMajor}: move the data as ` +
  `deploy/README.md describes under "Upgrades", with "sentinel db export" of the version that created it`;

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
 * Runs one message. One that takes too long is interrupted, which leaves the engine unusable: the error must end this
 * worker. V8 interrupts only scripts of `node:vm`; `Worker.terminate()` waits for a busy worker forever.
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

/** Sent twice, because a session between an error and its Sync message ignores the first. */
async function renewSession(db: PGlite) {
  await db.exec("rollback");
  await db.exec("rollback");
  await db.exec("discard all");
}

const protocolMajor = 3;
const terminate = "X".charCodeAt(0);

/**
 * Splits the client's data into messages, until it leaves. The first has no type byte and must start a session
 * (PostgreSQL manual, "Message Formats"); requests to encrypt or to cancel end the connection.
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

/** The size of the first message in bytes; infinite until its length has arrived. */
function firstSize(bytes: Buffer, typeSize: number): number {
  if (bytes.length < typeSize + 4) return Infinity;
  return typeSize + Math.max(4, bytes.readUInt32BE(typeSize));
}

/** Sends the bytes. If the client has disconnected, the next read notices. */
async function send(client: Deno.Conn, bytes: Uint8Array) {
  for (let sent = 0; sent < bytes.length;) sent += await client.write(bytes.subarray(sent)).catch(() => Infinity);
}

function unlessMissing(error: unknown) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
