/** A further worker of `serve`: a replica in a thread of its own, which the first worker starts and stops. */
import { readConfig } from "../../compose/config.ts";
import { openInstallationDatabase } from "../../compose/installation_database.ts";
import { createServices, type Services } from "../../compose/services.ts";
import { settingsOfWorker } from "../../compose/workers/worker_settings.ts";
import { listen, type Listener } from "../../http/server/listener.ts";
import { withinDeadline } from "../../platform/db/deadline.ts";
import { lengthenDeadlines } from "../../platform/deadlines.ts";
import { createTracing } from "../../platform/tracing.ts";
import { connectThread, type Port } from "../../platform/workers/calls.ts";
import type { Siblings } from "../../platform/workers/siblings.ts";
import { whenDatabaseAnswers } from "./database_wait.ts";
import { openServeLog } from "./serve_log.ts";
import type { FirstFunctions, WorkerFunctions, WorkerStart } from "./worker_calls.ts";

const resources = new AsyncDisposableStack();
const ending = Promise.withResolvers<void>();
let starting = Promise.resolve();
let serving: { services: Services; listener: Listener } | undefined;

const functions: WorkerFunctions = {
  alive: () => {},
  start: (message) => starting = start(message),
  isReady: async () => serving !== undefined && await serving.services.readiness.isSelfReady(),
  snapshot: () => serving!.services.instruments.snapshot(),
  drain: () => serving?.services.readiness.drain(),
  async stop() {
    serving?.services.readiness.stop();
    await serving?.listener[Symbol.asyncDispose]();
  },
  async end() {
    ending.resolve();
    await starting.catch(() => {});
    await resources.disposeAsync();
  },
};

const { call } = connectThread<FirstFunctions>(self as unknown as Port, functions); // `self` is the worker's end

const siblings: Siblings = {
  isFirst: false,
  areReady: () => withinDeadline(call("areReady")).catch(() => false),
  snapshots: () => withinDeadline(call("snapshots")),
  inFirst: (name) => (...args) => withinDeadline(call("inFirst", name, args)) as Promise<never>,
};

async function start({ env, secret, index, count, patience }: WorkerStart): Promise<void> {
  lengthenDeadlines(patience);
  const { settings: ofProcess, lines: configuration } = readConfig(env);
  const settings = settingsOfWorker(ofProcess, index, count);
  const tracing = createTracing();
  const log = resources.use(openServeLog(settings, { tracing, write: (bytes) => call("write", bytes) }));
  const database = resources.use(await openInstallationDatabase(settings, log));
  const compose = () => createServices({ settings, database, secret, log, tracing, configuration, siblings });
  const services = await whenDatabaseAnswers(compose, { settings, log, stopped: ending.promise });
  if (!services) return;
  resources.use(services);
  const { HOST: hostname, PORT: port } = settings;
  const listener = resources.use(listen({ hostname, port, log, isShared: true }, services.handle));
  services.startJobs();
  serving = { services, listener };
}
