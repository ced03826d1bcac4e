import { dirname, join } from "node:path";
import pg from "pg";
import type { Certificates } from "./certificates.ts";

/** The folder with the programs of the newest installed PostgreSQL; undefined if there is none. */
export const programs = newestPrograms();

/** Whether tests that need a PostgreSQL of their own can run. They are skipped otherwise. */
export const hasPostgres = programs !== undefined;

/** The password of the role `sentinel`, which must not appear in any output. */
export const clusterPassword = "cluster-canary-0b1c";

/** A PostgreSQL for one test, which can stop, freeze and overload it. */
export type PostgresCluster = Awaited<ReturnType<typeof startPostgres>>;

/** How `pg_ctl stop` stops it: `fast` closes connections properly, `immediate` is a crash. */
export type StopMode = "smart" | "fast" | "immediate";

const user = Deno.uid() === 0 ? "postgres" : undefined; // PostgreSQL refuses to run as root

/**
 * Creates and starts a cluster in a temporary folder, or in `dir`. Its role and database are named `sentinel`, and the
 * role connects by TCP with a password; {@link PostgresCluster.sql} connects as superuser over the Unix socket. It does
 * not force writes to disk, so it survives a crash of the server but not of the machine. With `standbyOf` it replicates
 * that cluster until it is promoted. With `tls` it uses that certificate for clients that ask for TLS.
 */
export async function startPostgres({ settings = {}, dir, standbyOf, tls }: {
  settings?: Record<string, string | number>;
  dir?: string;
  tls?: Certificates;
  standbyOf?: { folder: string; port: number };
} = {}) {
  await using opening = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "sentinel-postgres-", ...(dir && { dir }) });
  opening.defer(() => Deno.remove(folder, { recursive: true }));
  if (user) await run("chown", [user, folder]);
  const data = join(folder, "data");
  await (standbyOf ? copyOf(standbyOf) : newCluster());
  if (tls) await keepCertificate(tls);
  const port = freePort();
  const given = { port, unix_socket_directories: folder, fsync: "off", ...(tls && { ssl: "on" }), ...settings };
  const options = Object.entries(given)
    .map(([name, value]) => `-c ${name}=${value}`).join(" ");
  opening.defer(() => stop("immediate").catch(() => {}));
  await start();
  if (!standbyOf) {
    await sql(`create role sentinel login password '${clusterPassword}'`, "postgres");
    await sql("create database sentinel owner sentinel", "postgres");
  }
  const resources = opening.move();

  return {
    folder,
    port,
    url,
    sql: <Row>(text: string, params?: unknown[]) => sql<Row>(text, "sentinel", params),
    session,
    takePlaces,
    start,
    stop,
    promote: () => program("pg_ctl", ["-D", data, "-w", "promote"]),
    dump,
    restore,
    stall: () => signalAll("SIGSTOP"),
    resume: () => signalAll("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await signalAll("SIGCONT").catch(() => {}); // it may have stopped
      await resources.disposeAsync();
    },
  };

  async function newCluster(): Promise<void> {
    const shape = ["-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"];
    await program("initdb", ["-D", data, ...shape, "--auth-local=trust", "--auth-host=scram-sha-256"]);
  }

  /** Stores the files where the server expects them. The key must belong to the server (0600). */
  async function keepCertificate({ certificate, key }: Certificates): Promise<void> {
    for (const [from, name] of [[certificate, "server.crt"], [key, "server.key"]] as const) {
      const kept = join(data, name);
      await Deno.copyFile(from, kept);
      await Deno.chmod(kept, 0o600);
      if (user) await run("chown", [user, kept]);
    }
  }

  async function copyOf({ folder: host, port }: { folder: string; port: number }): Promise<void> {
    await program("pg_basebackup", [...superuser(host, port), "-D", data, "-R", "-c", "fast", "--no-sync"]);
  }

  /** Writes the whole database to `file` by `pg_dump`. */
  async function dump(file: string): Promise<void> {
    await program("pg_dump", [...superuser(folder, port), "--format", "custom", "--file", file, "sentinel"]);
  }

  /** Restores a dump into the empty database. */
  async function restore(file: string): Promise<void> {
    await program("pg_restore", [...superuser(folder, port), "--exit-on-error", "--dbname", "sentinel", file]);
  }

  /** The URL for Sentinel, through the proxy on the port `through` if given. */
  function url(through = port, { password = clusterPassword, database = "sentinel" } = {}): string {
    return `postgres://sentinel:${password}@127.0.0.1:${through}/${database}`;
  }

  async function start(): Promise<void> {
    await program("pg_ctl", ["-D", data, "-w", "-l", join(folder, "log"), "-o", options, "start"]);
  }

  async function stop(mode: StopMode): Promise<void> {
    await program("pg_ctl", ["-D", data, "-w", "-m", mode, "stop"]);
  }

  /** Runs a statement as superuser on a connection of its own. */
  async function sql<Row>(text: string, database: string, params: unknown[] = []): Promise<Row[]> {
    await using client = await session(database);
    return (await client.query(text, params)).rows;
  }

  /** A superuser's connection, which can hold locks and connection slots. */
  async function session(database = "sentinel") {
    const client = new pg.Client({ host: folder, port, user: "postgres", database, application_name: "test" });
    client.on("error", () => {}); // the server may be killed
    await client.connect();
    return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
  }

  /** Opens every connection that the role `sentinel` may have, until `stack` is disposed. */
  async function takePlaces(stack: AsyncDisposableStack): Promise<pg.Client[]> {
    for (const idling: pg.Client[] = [];;) {
      const client = new pg.Client(url());
      client.on("error", () => {}); // connect() reports the error
      if (!await client.connect().then(() => true, () => false)) return idling;
      stack.defer(() => client.end());
      idling.push(client);
    }
  }

  /** Signals the postmaster first, so that it starts no further processes. */
  async function signalAll(signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
    const postmaster = parseInt(await Deno.readTextFile(join(data, "postmaster.pid")));
    Deno.kill(postmaster, signal);
    const children = await Deno.readTextFile(`/proc/${postmaster}/task/${postmaster}/children`);
    for (const pid of children.trim().split(" ").filter(Boolean)) sendUnlessGone(Number(pid), signal);
  }
}

/** A backend may end between being found and being signalled. */
function sendUnlessGone(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A free TCP port. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function superuser(host: string, port: number): string[] {
  return ["--host", host, "--port", String(port), "--username", "postgres"];
}

function program(name: string, args: string[]): Promise<void> {
  const path = join(programs!, name);
  return user ? run("runuser", ["-u", user, "--", path, ...args]) : run(path, args);
}

/** Without pipes, because a server that it starts would inherit them and keep them open. */
async function run(command: string, args: string[]): Promise<void> {
  const { success, code } = await new Deno.Command(command, {
    args,
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn().status;
  if (!success) throw new Error(`${command} ${args.join(" ")}: exit code ${code}`);
}

function newestPrograms(): string | undefined {
  const root = "/usr/lib/postgresql";
  try {
    const versions = [...Deno.readDirSync(root)].map(({ name }) => name).sort((a, b) => Number(b) - Number(a));
    const found = versions.map((version) => join(root, version, "bin", "initdb")).find(exists);
    return found && dirname(found);
  } catch {
    return undefined;
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
