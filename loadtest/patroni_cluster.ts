/** PostgreSQL nodes under Patroni with etcd, and HAProxy in front of them: the programs of Debian's packages. */
import { join } from "node:path";
import pg from "pg";
import { clusterPassword, freePort, programs } from "../src/testing/servers/postgres_cluster.ts";
import { until } from "../src/testing/servers/process.ts";

/** How long Patroni's leader may be silent, and how often it says that it lives; in seconds. */
export type Timing = { ttl: number; loopWait: number; retryTimeout: number };

type Node = { name: string; folder: string; data: string; postgres: number; rest: number; patroni: Deno.ChildProcess };

export type PatroniCluster = Awaited<ReturnType<typeof startPatroni>>;

/**
 * Starts `count` nodes in which one standby is synchronous, and waits until it is. PostgreSQL forces its writes to
 * disk. HAProxy asks each node's Patroni every second whether it leads, and cuts what is connected to one that no
 * longer does.
 */
export async function startPatroni(count: number, timing: Timing) {
  await using opening = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "sentinel-patroni-" });
  await Deno.chmod(folder, 0o755);
  opening.defer(() => Deno.remove(folder, { recursive: true }));
  const etcd = await startEtcd(opening, folder);
  const nodes: Node[] = [];
  for (let n = 1; n <= count; n++) nodes.push(await createNode(folder, `node${n}`, etcd, timing));
  opening.defer(async () => {
    for (const node of nodes) await kill(node);
  });
  const port = await startHaproxy(opening, folder, nodes);
  await until("a node leads, with a synchronous standby", isWhole);
  await prepare(await leader());
  const resources = opening.move();
  return {
    url: `postgres://sentinel:${clusterPassword}@127.0.0.1:${port}/sentinel`,
    leader,
    isWhole,
    kill,
    killPostgres,
    revive: (node: Node) => void (node.patroni = startPatroniOf(node)),
    switchOver,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };

  /** The node that leads, as Patroni says. */
  async function leader(): Promise<Node> {
    for (;;) {
      for (const node of nodes) if (await says(node, "/primary")) return node;
      await pause(100);
    }
  }

  /** Whether one node leads, the others replicate from it, and one of those is synchronous. */
  async function isWhole(): Promise<boolean> {
    const members = await Promise.all(nodes.map(async (node) => [
      await says(node, "/primary"),
      await says(node, "/replica"),
      await says(node, "/sync"),
    ]));
    const counts = [0, 1, 2].map((role) => members.filter((roles) => roles[role]).length);
    return counts[0] === 1 && counts[1] === count - 1 && counts[2]! >= 1;
  }

  /** Hands the lead to the synchronous standby in order, as before maintenance. */
  async function switchOver(): Promise<void> {
    const { name, rest } = await leader();
    const body = JSON.stringify({ leader: name });
    const answer = await fetch(`http://127.0.0.1:${rest}/switchover`, { method: "POST", body });
    if (!answer.ok) throw new Error(`the switchover failed: ${answer.status} ${await answer.text()}`);
    await answer.body?.cancel();
  }
}

/** Kills everything of a node at once, as a loss of power would. Its data stays. */
async function kill(node: Node): Promise<void> {
  signal(node.patroni.pid);
  await killPostgres(node);
  await node.patroni.status;
}

/** Kills PostgreSQL alone; Patroni lives. */
async function killPostgres({ data }: Node): Promise<void> {
  const file = await Deno.readTextFile(join(data, "postmaster.pid")).catch(() => "");
  const postmaster = parseInt(file);
  if (!(postmaster > 0)) return;
  const children = await Deno.readTextFile(`/proc/${postmaster}/task/${postmaster}/children`).catch(() => "");
  for (const pid of [postmaster, ...children.trim().split(" ").filter(Boolean).map(Number)]) signal(pid);
}

function signal(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function says({ rest }: Node, path: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${rest}${path}`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

async function startEtcd(stack: AsyncDisposableStack, folder: string): Promise<string> {
  const [client, peer] = [freePort(), freePort()].map((port) => `http://127.0.0.1:${port}`) as [string, string];
  const child = new Deno.Command("etcd", {
    args: [
      ...["--name", "etcd", "--data-dir", join(folder, "etcd"), "--initial-cluster", `etcd=${peer}`],
      ...["--listen-client-urls", client, "--advertise-client-urls", client],
      ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer],
    ],
    ...quiet,
  }).spawn();
  stack.defer(() => ended(child));
  await until("etcd serves", () => fetch(`${client}/health`).then((answer) => answer.text(), () => "").then(Boolean));
  return new URL(client).host;
}

async function createNode(folder: string, name: string, etcd: string, timing: Timing): Promise<Node> {
  const own = join(folder, name);
  await Deno.mkdir(own);
  const node = { name, folder: own, data: join(own, "data"), postgres: freePort(), rest: freePort() };
  await Deno.writeTextFile(join(own, "patroni.json"), JSON.stringify(configuration(node, etcd, timing)));
  if (!(await new Deno.Command("chown", { args: ["-R", "postgres:", own] }).output()).success) throw new Error("chown");
  return { ...node, patroni: startPatroniOf(node) };
}

/** Patroni's configuration; JSON is YAML. */
function configuration(node: Omit<Node, "patroni">, etcd: string, { ttl, loopWait, retryTimeout }: Timing) {
  const account = (username: string) => ({ username, password: clusterPassword });
  return {
    scope: "sentinel",
    name: node.name,
    restapi: { listen: `127.0.0.1:${node.rest}`, connect_address: `127.0.0.1:${node.rest}` },
    etcd3: { host: etcd },
    bootstrap: {
      dcs: {
        ...{ ttl, loop_wait: loopWait, retry_timeout: retryTimeout, synchronous_mode: true },
        postgresql: { use_pg_rewind: true, use_slots: true },
      },
      initdb: [{ encoding: "UTF8" }, { locale: "C" }, "data-checksums"],
    },
    postgresql: {
      listen: `127.0.0.1:${node.postgres}`,
      connect_address: `127.0.0.1:${node.postgres}`,
      data_dir: node.data,
      bin_dir: programs,
      pgpass: join(node.folder, "pgpass"),
      authentication: { superuser: account("postgres"), replication: account("replicator"), rewind: account("rewind") },
      parameters: { unix_socket_directories: node.folder },
      pg_hba: [
        "local all all scram-sha-256",
        "host replication all 127.0.0.1/32 scram-sha-256",
        "host all all 127.0.0.1/32 scram-sha-256",
      ],
    },
  };
}

/** PostgreSQL refuses to run as root. */
function startPatroniOf({ folder }: Pick<Node, "folder">): Deno.ChildProcess {
  const as = ["--reuid", "postgres", "--regid", "postgres", "--init-groups"];
  const log = `exec patroni patroni.json >> log 2>&1`;
  const args = [...as, "sh", "-c", log];
  return new Deno.Command("setpriv", { args, cwd: folder, ...quiet }).spawn();
}

async function startHaproxy(stack: AsyncDisposableStack, folder: string, nodes: Node[]): Promise<number> {
  const port = freePort();
  const file = join(folder, "haproxy.cfg");
  await Deno.writeTextFile(
    file,
    `${haproxyDefaults}
listen primary
  bind 127.0.0.1:${port}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${nodes.map(({ name, postgres, rest }) => `  server ${name} 127.0.0.1:${postgres} check port ${rest}`).join("\n")}
`,
  );
  const child = new Deno.Command("haproxy", { args: ["-db", "-q", "-f", file], ...quiet }).spawn();
  stack.defer(() => ended(child));
  return port;
}

const haproxyDefaults = `defaults
  mode tcp
  retries 2
  timeout connect 1s
  timeout check 2s
  timeout client 30m
  timeout server 30m`;

async function prepare({ postgres: port }: Node): Promise<void> {
  const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", password: clusterPassword });
  await client.connect();
  await client.query(`create role sentinel login password '${clusterPassword}'`);
  await client.query("create database sentinel owner sentinel");
  await client.end();
}

const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;

async function ended(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.status;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
