/**
 * PostgreSQL 18 in WASM (PGlite), in a worker, on a Unix socket in the data folder: it survives a crash of the process,
 * but not a loss of power (fsync is off). It serves one connection at a time; a second one waits.
 */
import { join } from "node:path";
import { pause } from "../timers/pause.ts";
import type { Log } from "../logger.ts";
import type { Order, Report } from "./embedded_worker.ts";

/** A running embedded database. Disposal writes everything to the folder and unlocks it. */
export interface Embedded extends AsyncDisposable {
  /** How `pg` connects: as `host` is an absolute folder, to the socket `<host>/.s.PGSQL.<port>`. */
  socket: { host: string; port: number; user: string; database: string };
  /** For example "PostgreSQL 18.6 (PGlite 0.5.16)". */
  version: string;
  /** Whether this start created the database. */
  fresh: boolean;
  /**
   * Starts the engine again; every connection and what it had not committed is lost. It waits for a running statement,
   * until its time limit. Simultaneous calls share one restart. @throws {EmbeddedUnusable}
   */
  restart(): Promise<void>;
}

/** Another process, or another part of this process, uses the folder. */
export class EmbeddedInUse extends Error {
  override name = "EmbeddedInUse";
}

/** The folder cannot be used. The message is for the operator, the cause is for the log. */
export class EmbeddedUnusable extends Error {
  override name = "EmbeddedUnusable";
}

type Serving = Extract<Report, { kind: "serving" }>;
type Engine = Serving & { close: () => Promise<void>; kill: () => void };

const port = 5432;
const socketPathBytesMax = Deno.build.os === "darwin" ? 103 : 107; // sun_path in sys/un.h, without its final NUL
const closeBudgetMs = 5_000; // a checkpoint takes milliseconds; a statement without end must not delay an exit
const rebootPauseMs = { first: 100, last: 2_000 };

/**
 * Serves, or creates, the database in `<dataDir>/postgres`. The folder is private (0700) and locked until disposal or
 * the end of the process, however it ends. A statement that takes longer than `statementTimeoutMs` causes a restart,
 * because nothing else stops it: the server's timeouts never fire here, and `Worker.terminate()` waits for the
 * statement. @throws {EmbeddedInUse} when another process serves the folder. @throws {EmbeddedUnusable} when the folder
 * or its content cannot be used; its files stay unchanged.
 */
export async function startEmbedded({ dataDir, log, statementTimeoutMs = 10_000 }: {
  dataDir: string;
  log: Pick<Log, "warn" | "error">;
  statementTimeoutMs?: number;
}): Promise<Embedded> {
  if (Deno.build.os === "windows") {
    throw new EmbeddedUnusable("The embedded database needs Unix sockets, which Windows lacks. Set DATABASE_URL.");
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
  held.defer(() => Deno.remove(socketPath).catch(() => {})); // usually the engine has removed it
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

  /** Starts the engine again until it succeeds: the obstacle, such as a full disk, may pass. */
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
      await pause(pauseMs, closing.signal); // disposal ends it
    }
  }
}

/** Creates the folder, or makes an existing one private, and returns its absolute path. */
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
    `The path of the data folder is too long: the path of a Unix socket has at most ${socketPathBytesMax} bytes, ${path} has ${size}.`,
  );
}

/** Locks the folder for as long as the file is open. The kernel closes it with the process. */
async function lock(folder: string): Promise<Deno.FsFile> {
  const path = join(folder, "lock");
  const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  if (!await file.tryLock(true)) {
    file.close();
    const pid = (await Deno.readTextFile(path)).trim();
    throw new EmbeddedInUse(`${folder} is in use by process ${pid}: stop that server, or use its API.`);
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  return file;
}

/** Starts the engine in a worker of its own. `onCrash` is called when it ends without being asked to. */
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

/** Sends an order. Returns the worker's report, or rejects when the worker fails. */
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
    event.preventDefault(); // else the whole process would end
    onFailure(new Error(event.message));
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
