import { get } from "node:http";
import { text } from "node:stream/consumers";
import { readConfig } from "../../compose/config.ts";
import { orUndefined } from "../../platform/or_undefined.ts";
import { command } from "../command.ts";

/** Whether the server is ready. `status` is null when no answer came in time. */
export type Health = { ready: boolean; status: number | null; detail: string };

/** `healthcheck`, for containers and service managers. */
export const healthcheckCommand = command({
  name: "healthcheck",
  summary: "Ask the server on this machine whether it is ready",
  about:
    `Sends GET /readyz to HOST and PORT, and exits 0 if the server is ready within two seconds, else 1. Opens no database.`,
  async run({ io, out }) {
    const { settings } = readConfig(io.env); // prints no warnings, because it runs every few seconds; `config check` prints them
    const health = await askReadiness({ host: settings.HOST, port: settings.PORT });
    if (health.ready || out.json) out.done(health.detail, health);
    else io.err(`error: ${health.detail}`);
    return health.ready ? 0 : 1;
  },
});

/** Sends `GET /readyz` by `node:http`, because `fetch` would use a proxy that the environment names. */
export function askReadiness({ host, port }: { host: string; port: number }, limitMs = 2_000): Promise<Health> {
  const { promise, resolve } = Promise.withResolvers<Health>();
  const silent = () => resolve({ ready: false, status: null, detail: "The server does not answer." });
  const reachable = { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host; // of every interface, the loopback one
  const request = { host: reachable, port, path: "/readyz", agent: false, signal: AbortSignal.timeout(limitMs) };
  get(request, (response) => {
    text(response).then((body) => resolve(healthOf(response.statusCode ?? 0, body)), silent);
  }).on("error", silent);
  return promise;
}

/** Another program may listen on the port: only Sentinel's own document proves that Sentinel is ready. */
function healthOf(status: number, body: string): Health {
  const { status: word, detail } = Object(orUndefined(() => JSON.parse(body)));
  if (status === 200 && word === "ready") return { ready: true, status, detail: "The server is ready." };
  const reason = status === 503 && typeof detail === "string"
    ? detail
    : `The server is not ready: it answers with status ${status}.`;
  return { ready: false, status, detail: reason };
}
