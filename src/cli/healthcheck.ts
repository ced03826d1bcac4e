import { get } from "node:http";
import { text } from "node:stream/consumers";
import { readConfig } from "../config.ts";
import { jsonFlag, readArguments, type Verb } from "./verb.ts";

const usage = `sentinel healthcheck [--json]

  Asks the server on this machine (HOST, PORT) for GET /readyz and exits 0 if it is ready within two seconds, else 1.
  Opens no database.`;

/** Whether the server is ready; `status` is null where there was no answer in time. */
export type Health = { ready: boolean; status: number | null; detail: string };

/** `healthcheck [--json]`, for containers and service managers. */
export const healthcheckVerb: Verb = {
  name: "healthcheck",
  summary: "Ask the server on this machine whether it is ready",
  usage,
  async run(args, io) {
    const { values } = readArguments(args, jsonFlag);
    const { config } = readConfig(io.env); // run every few seconds: `config check` tells the warnings
    const health = await askReadiness(config);
    if (values.json) io.out(JSON.stringify(health));
    else if (health.ready) io.out(health.detail);
    else io.err(`error: ${health.detail}`);
    return health.ready ? 0 : 1;
  },
};

/** Asks `GET /readyz`, by `node:http`: `fetch` would go through a proxy that the environment names. */
export function askReadiness(
  { host, port }: { host: string; port: number },
  limitMs = 2_000,
): Promise<Health> {
  const { promise, resolve } = Promise.withResolvers<Health>();
  const silent = () => resolve({ ready: false, status: null, detail: "The server does not answer." });
  const request = { host: reachable(host), port, path: "/readyz", agent: false, signal: AbortSignal.timeout(limitMs) };
  get(request, (response) => {
    text(response).then((body) => resolve(judged(response.statusCode ?? 0, body)), silent);
  }).on("error", silent);
  return promise;
}

/** A server on every interface is asked on the loopback one. */
function reachable(host: string): string {
  return { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
}

/** Something else may listen there: only Sentinel's own words say that it is ready. */
function judged(status: number, body: string): Health {
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
