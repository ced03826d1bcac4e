import { join } from "node:path";
import { clusterPassword, freePort } from "./postgres_cluster.ts";
import { until } from "./process.ts";

/** Whether PgBouncer is installed. Tests that need it are skipped otherwise. */
export const hasPgbouncer = await new Deno.Command("pgbouncer", {
  args: ["--version"],
  stdout: "null",
  stderr: "null",
}).output().then(({ success }) => success, () => false);

/** Starts one in front of the cluster on `upstream`. Disposal stops it. `poolSize` is its number of connections. */
export async function startPgbouncer(
  { upstream, mode, poolSize = 20 }: { upstream: number; mode: "session" | "transaction"; poolSize?: number },
) {
  const port = freePort();
  const folder = await Deno.makeTempDir({ prefix: "sentinel-pgbouncer-" });
  const path = (name: string) => join(folder, name);
  await Deno.writeTextFile(path("users"), `"sentinel" "${clusterPassword}"\n`);
  await Deno.writeTextFile(
    path("ini"),
    `[databases]
sentinel = host=127.0.0.1 port=${upstream}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${path("users")}
pool_mode = ${mode}
default_pool_size = ${poolSize}
max_client_conn = 500
`,
  );
  if (Deno.uid() === 0) { // it refuses to run as root
    for (const name of ["", "users", "ini"]) {
      await new Deno.Command("chown", { args: ["postgres", path(name)] }).output();
    }
  }
  const as = Deno.uid() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
  const [program, ...args] = [...as, "pgbouncer", "--quiet", path("ini")];
  const child = new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const pgbouncer = {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
  await until("PgBouncer listens", () => Deno.connect({ port }).then((socket) => (socket.close(), true), () => false));
  return pgbouncer;
}
