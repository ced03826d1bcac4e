import { dirname, join } from "node:path";
import pg from "pg";
import type { Certificates } from "./certificates.ts";

/** Where the newest PostgreSQL of this machine has its programs; undefined where there is none. */
export const programs = newestPrograms();

/** Whether tests that take a PostgreSQL of their own can run; elsewhere they are skipped by name. */
export const hasPostgres = programs !== undefined;

/** The password of the role `sentinel`, which no output may ever show. */
export const clusterPassword = "cluster-canary-0b1c";

/** A PostgreSQL of this test's own, to be stopped, frozen and starved. */
export type PostgresCluster = Awaited<ReturnType<typeof startPostgres>>;

/** How `pg_ctl stop` ends it: `fast` says goodbye, `immediate` is a crash. */
export type StopMode = "smart" | "fast" | "immediate";

const user = Deno.uid() === 0 ? "postgres" : undefined; // PostgreSQL refuses to run as root

/**
 * Makes and starts one in a temporary folder, in `dir` if given. Its role and database are `sentinel`, which comes by
 * TCP and with a password; {@link PostgresCluster.sql} is the superuser's, over the Unix socket. Nothing is forced to
 * disk: it survives its own death, not the machine's. With `standbyOf` it is a copy that follows that one until it is
 * promoted. With `tls` it shows that certificate to whoever asks for TLS.
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
      await signalAll("SIGCONT").catch(() => {}); // it may be down
      await resources.disposeAsync();
    },
  };

  async function newCluster(): Promise<void> {
    const shape = ["-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"];
    await program("initdb", ["-D", data, ...shape, "--auth-local=trust", "--auth-host=scram-sha-256"]);
  }

  /** Where the server looks for it by default; the key must be the server's own (0600). */
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

  /** Writes the whole database to `file`, as `pg_dump` does for a backup. */
  async function dump(file: string): Promise<void> {
    await program("pg_dump", [...superuser(folder, port), "--format", "custom", "--file", file, "sentinel"]);
  }

  /** Fills the empty database from a dump. */
  async function restore(file: string): Promise<void> {
    await program("pg_restore", [...superuser(folder, port), "--exit-on-error", "--dbname", "sentinel", file]);
  }

  /** How Sentinel reaches it, by the proxy on `through` if one is given. */
  function url(through = port, { password = clusterPassword, database = "sentinel" } = {}): string {
    return `postgres://sentinel:${password}@127.0.0.1:${through}/${database}`;
  }

  async function start(): Promise<void> {
    await program("pg_ctl", ["-D", data, "-w", "-l", join(folder, "log"), "-o", options, "start"]);
  }

  async function stop(mode: StopMode): Promise<void> {
    await program("pg_ctl", ["-D", data, "-w", "-m", mode, "stop"]);
  }

  /** Runs one statement as the superuser, on a connection of its own. */
  async function sql<Row>(text: string, database: string, params: unknown[] = []): Promise<Row[]> {
    await using client = await session(database);
    return (await client.query(text, params)).rows;
  }

  /** A superuser's connection, to hold locks and places. */
  async function session(database = "sentinel") {
    const client = new pg.Client({ host: folder, port, user: "postgres", database, application_name: "test" });
    client.on("error", () => {}); // the server may be killed under it
    await client.connect();
    return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
  }

  /** Takes every connection that the role `sentinel` may have, until `stack` is disposed. */
  async function takePlaces(stack: AsyncDisposableStack): Promise<pg.Client[]> {
    for (const idling: pg.Client[] = [];;) {
      const client = new pg.Client(url());
      client.on("error", () => {}); // its connecting tells
      if (!await client.connect().then(() => true, () => false)) return idling;
      stack.defer(() => client.end());
      idling.push(client);
    }
  }

  /** The postmaster first, so that it starts nobody meanwhile. */
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

/** A TCP port that nobody listens on. */
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

/** No pipes: a server that it starts would inherit them, and keep them open. */
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
