/**
 * The embedded database: PostgreSQL 18 in WASM (PGlite), in a worker, on a Unix socket in the data folder.
 *
 * For one machine: it survives the death of the process, not a loss of power (fsync is off). The driver and the
 * SQL are those of a real server. One connection is served at a time; a second one waits.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../logger.ts";
import type { Order, Report } from "./embedded_worker.ts";

/** A running embedded database. Disposing it writes everything out and frees the folder. */
export interface Embedded extends AsyncDisposable {
  /** How `pg` reaches it: as `host` is an absolute folder, at `<host>/.s.PGSQL.<port>`. */
  socket: { host: string; port: number; user: string; database: string };
  /** For example "PostgreSQL 18.6 (PGlite 0.5.16)". */
  version: string;
  /** Whether the cluster was created by this start. */
  fresh: boolean;
  /**
   * Boots the engine again on the same folder and socket; every connection and what it had not committed is
   * lost. A statement that runs is waited for, until its time is up. Calls at the same time share one restart.
   *
   * @throws {EmbeddedUnusable} when it does not come up again.
   */
  restart(): Promise<void>;
}

/** Another process, or another part of this one, serves the folder. */
export class EmbeddedInUse extends Error {
  override name = "EmbeddedInUse";
}

/** The folder cannot be served: its message is a sentence for the operator, its cause is for the log. */
export class EmbeddedUnusable extends Error {
  override name = "EmbeddedUnusable";
}

type Serving = Extract<Report, { kind: "serving" }>;
type Engine = Serving & { close: () => Promise<void>; kill: () => void };

const port = 5432;
const socketPathBytesMax = Deno.build.os === "darwin" ? 103 : 107; // sun_path in sys/un.h, without its final NUL
const closeBudgetMs = 5_000; // a checkpoint takes milliseconds; a statement that never ends must not hold up an exit
const rebootPauseMs = { first: 100, last: 2_000 };

/**
 * Serves the database in `<dataDir>/postgres`, and creates it if there is none. The folder is made private
 * (0700) and stays locked to this process until the answer is disposed, or the process dies in whatever way.
 *
 * A statement that takes longer than `statementTimeoutMs` costs a restart, as nothing else stops it: neither the
 * server's timeouts, which never fire here, nor `Worker.terminate()`, which waits for the statement.
 *
 * @throws {EmbeddedInUse} when the folder is being served.
 * @throws {EmbeddedUnusable} when the folder or what is in it cannot be used; its files are left alone.
 */
export async function startEmbedded({ dataDir, log, statementTimeoutMs = 10_000 }: {
  dataDir: string;
  log: Pick<Log, "warn" | "error">;
  statementTimeoutMs?: number;
}): Promise<Embedded> {
  if (Deno.build.os === "windows") {
    throw new EmbeddedUnusable("The embedded database needs Unix sockets, which Windows lacks: set DATABASE_URL.");
  }
  const folder = await privateFolder(dataDir).catch(failToStart);
  const socketPath = socketPathIn(folder);
  await using held = new AsyncDisposableStack();
  held.use(await lock(folder).catch(failToStart));

  const cluster = join(folder, "postgres");
  const closing = new AbortController();
  let restarting: Promise<void> | undefined;
  let engine: Engine | undefined;
  const { version, fresh } = await boot({ create: true });
  held.defer(() => Deno.remove(socketPath).catch(() => {})); // most often the engine has done it
  held.defer(() => engine?.close());
  held.defer(() => restarting?.catch(() => {}));
  held.defer(() => closing.abort());
  const resources = held.move();

  return {
    socket: { host: folder, port, user: "postgres", database: "postgres" },
    version,
    fresh,
    restart,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };

  function failToStart(cause: unknown): never {
    if (cause instanceof EmbeddedInUse) throw cause;
    throw new EmbeddedUnusable(`The data folder ${dataDir} cannot be used: ${reason(cause)}.`, { cause });
  }

  function restart(): Promise<void> {
    return restarting ??= reboot().finally(() => restarting = undefined);
  }

  async function reboot() {
    if (closing.signal.aborted) throw new EmbeddedUnusable("The embedded database is closed.");
    engine?.kill();
    engine = undefined;
    await boot({ create: false });
    log.warn("embedded database restarted");
  }

  async function boot({ create }: { create: boolean }): Promise<Engine> {
    try {
      return engine = await startWorker({ cluster, socket: socketPath, create, statementTimeoutMs }, onCrash);
    } catch (cause) {
      throw new EmbeddedUnusable(`The database in ${cluster} cannot be started: ${reason(cause)}.`, { cause });
    }
  }

  /** Boots it again until it comes up: what keeps it from that, such as a full disk, may pass. */
  async function onCrash(cause: unknown) {
    log.error("embedded database crashed", { cause: reason(cause) });
    for (
      let pauseMs = rebootPauseMs.first;
      !closing.signal.aborted;
      pauseMs = Math.min(2 * pauseMs, rebootPauseMs.last)
    ) {
      try {
        return await restart();
      } catch (error) {
        log.error("embedded database does not start", { cause: reason(error) });
      }
      await pause(pauseMs, undefined, closing).catch(() => {}); // closing ends it
    }
  }
}

/** Makes the folder, or makes an existing one private; answers its absolute path. */
async function privateFolder(dataDir: string): Promise<string> {
  await Deno.mkdir(dataDir, { recursive: true, mode: 0o700 });
  await Deno.chmod(dataDir, 0o700);
  return await Deno.realPath(dataDir);
}

function socketPathIn(folder: string): string {
  const path = join(folder, `.s.PGSQL.${port}`);
  const size = new TextEncoder().encode(path).length;
  if (size <= socketPathBytesMax) return path;
  throw new EmbeddedUnusable(
    `The data folder needs a shorter path: a Unix socket takes ${socketPathBytesMax} bytes, ${path} has ${size}.`,
  );
}

/** Locks the folder for as long as the file is open; the kernel closes it with the process. */
async function lock(folder: string): Promise<Deno.FsFile> {
  const path = join(folder, "lock");
  const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  if (!await file.tryLock(true)) {
    file.close();
    const pid = (await Deno.readTextFile(path)).trim();
    throw new EmbeddedInUse(`${folder} is being served by process ${pid}: stop the server or use the API.`);
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  return file;
}

/** Boots the engine in a worker of its own; `onCrash` hears of a death that nobody asked for. */
async function startWorker(order: Order, onCrash: (cause: unknown) => void): Promise<Engine> {
  const worker = new Worker(new URL("./embedded_worker.ts", import.meta.url), { type: "module", name: "postgres" });
  const kill = () => worker.terminate();
  try {
    const serving = await ask(worker, order) as Serving;
    hear(worker, () => {}, onCrash);
    return { ...serving, kill, close: () => closeWorker(worker) };
  } catch (error) {
    kill();
    throw error;
  }
}

async function closeWorker(worker: Worker) {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, closeBudgetMs);
  await Promise.race([ask(worker, "close").catch(() => {}), late.promise]);
  clearTimeout(timer);
  worker.terminate();
}

/** Gives an order; answers the worker's report, or rejects when it fails. */
function ask(worker: Worker, order: Order): Promise<Report> {
  return new Promise((resolve, reject) => {
    hear(worker, resolve, reject);
    worker.postMessage(order);
  });
}

function hear(worker: Worker, onReport: (report: Report) => void, onFailure: (cause: unknown) => void) {
  worker.onmessage = ({ data }: MessageEvent<Report>) =>
    data.kind === "failed" ? onFailure(data.error) : onReport(data);
  worker.onerror = (event) => {
    event.preventDefault(); // or the whole process ends
    onFailure(new Error(event.message));
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
