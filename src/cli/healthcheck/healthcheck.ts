import { get } from "node:http";
import { text } from "node:stream/consumers";
import { readConfig } from "../../compose/config.ts";
import { command } from "../command.ts";

/** Whether the server is ready; `status` is null where there was no answer in time. */
export type Health = { ready: boolean; status: number | null; detail: string };

/** `healthcheck`, for containers and service managers. */
export const healthcheckCommand = command({
  name: "healthcheck",
  summary: "Ask the server on this machine whether it is ready",
  about: `Asks GET /readyz at HOST and PORT, and exits 0 if the server is ready within two seconds, else 1.
Opens no database.`,
  async run({ io, out }) {
    const { settings } = readConfig(io.env); // run every few seconds: `config check` reports the warnings
    const health = await askReadiness({ host: settings.HOST, port: settings.PORT });
    if (health.ready || out.json) out.done(health.detail, health);
    else io.err(`error: ${health.detail}`);
    return health.ready ? 0 : 1;
  },
});

/** Asks `GET /readyz`, by `node:http`: `fetch` would go through a proxy that the environment names. */
export function askReadiness(
  { host, port }: { host: string; port: number },
  limitMs = 2_000,
): Promise<Health> {
  const { promise, resolve } = Promise.withResolvers<Health>();
  const silent = () => resolve({ ready: false, status: null, detail: "The server does not answer." });
  const request = { host: reachable(host), port, path: "/readyz", agent: false, signal: AbortSignal.timeout(limitMs) };
  get(request, (response) => {
    text(response).then((body) => resolve(healthOf(response.statusCode ?? 0, body)), silent);
  }).on("error", silent);
  return promise;
}

/** A server on every interface is asked on the loopback one. */
function reachable(host: string): string {
  return { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
}

/** Something else may listen there: only Sentinel's own words say that it is ready. */
function healthOf(status: number, body: string): Health {
  const { status: word, detail } = membersOf(body);
  if (status === 200 && word === "ready") return { ready: true, status, detail: "The server is ready." };
  const reason = status === 503 && typeof detail === "string" ? detail : `The server answers ${status}.`;
  return { ready: false, status, detail: reason };
}

function membersOf(body: string): { status?: unknown; detail?: unknown } {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}
