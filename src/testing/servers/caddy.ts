import { fileURLToPath } from "node:url";
import { freePort } from "./postgres_cluster.ts";
import { until } from "./process.ts";

const caddyfile = fileURLToPath(new URL("../../../deploy/caddy/Caddyfile", import.meta.url));

/** Whether Caddy is installed. Tests that need it are skipped otherwise. */
export const hasCaddy = await new Deno.Command("caddy", { args: ["version"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => success, () => false);

/** The shipped Caddy configuration in front of these ports of this machine. */
export type Caddy = Awaited<ReturnType<typeof startCaddy>>;

/** Starts Caddy with the shipped file, without TLS. Disposal stops it. */
export async function startCaddy(upstreams: number[]) {
  const port = freePort();
  const folder = await Deno.makeTempDir({ prefix: "sentinel-caddy-" });
  const child = new Deno.Command("caddy", {
    args: ["run", "--adapter", "caddyfile", "--config", caddyfile],
    env: {
      HOME: folder,
      CADDY_ADMIN: "off",
      SENTINEL_SITE: `http://127.0.0.1:${port}`,
      SENTINEL_UPSTREAMS: upstreams.map((upstream) => `127.0.0.1:${upstream}`).join(" "),
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const caddy = {
    port,
    pid: child.pid,
    /** Sends a request through it, over reused connections. */
    fetch: (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
  await until(
    "Caddy serves",
    () => caddy.fetch("/livez").then(async (response) => (await response.text(), response.ok), () => false),
  );
  return caddy;
}
