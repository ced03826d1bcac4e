import { hasAdministrator } from "../../access/authority/administrators.ts";
import { createFirstAdmin, oneTimeAdmin } from "../../accounts/registration/first_admin.ts";
import type { Registration } from "../../accounts/registration/registrations.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { listen, type Listener } from "../../http/server/listener.ts";
import { starting } from "../../http/server/starting.ts";
import { type InstallationDatabase, openInstallationDatabase } from "../../compose/installation_database.ts";
import { installationSecret } from "../../compose/installation_secret.ts";
import { findDatabaseVersion } from "../../operations/health/readiness_store.ts";
import { type Logger, writeStdout } from "../../platform/logger.ts";
import { argon2Source } from "../../platform/hashing/argon2.ts";
import { useLibcrypto } from "../../platform/signatures/web_crypto.ts";
import { pause } from "../../platform/timers/pause.ts";
import { createTracing } from "../../platform/tracing.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { createServices, type Services, type ServicesDeps } from "../../compose/services.ts";
import { mailModeOf } from "../../delivery/mail/mail_mode.ts";
import { settingsOfWorker, workerCount } from "../../compose/workers/worker_settings.ts";
import { version } from "../../version.ts";
import { command, type Io } from "../command.ts";
import { whenDatabaseAnswers } from "./database_wait.ts";
import { configurationOf, prepareSchema } from "../setup.ts";
import { openServeLog } from "./serve_log.ts";
import { startWorkers } from "./workers.ts";

/** `serve`, the default command. */
export const serveCommand = command({
  name: "serve",
  summary: "Serve the API (the default)",
  silent: true,
  about: `Serves until SIGTERM, SIGINT (Ctrl-C) or SIGHUP. Then /readyz answers 503, the server continues for
SENTINEL_DRAIN_SECONDS, finishes the requests in flight and exits 0. A second signal stops it at once with exit code 1,
unless it is the same signal within a second. Changes that were acknowledged are never lost.

Without DATABASE_URL the database is embedded, in SENTINEL_DATA_DIR, for a single machine.`,
  async run({ io }) {
    const configuration = configurationOf(io);
    const stopped = onSignal();
    await serve(configuration, io, stopped);
  },
});

/** Serves until `stopped` resolves. Calls `ready` when requests are being answered. */
export async function serve(
  { settings, lines }: ReturnType<typeof configurationOf>,
  io: Io,
  stopped: Promise<string>,
  ready: (services: Services) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const tracing = createTracing();
  const write = queueCalls(writeStdout);
  const log = stack.use(openServeLog(settings, { tracing, write }));
  const { HOST: hostname, PORT: port } = settings;
  const count = workerCount(settings);
  const listener = stack.use(listening({ hostname, port, log, isShared: count > 1 }));
  const workers = stack.use(startWorkers({ count, write }));
  const database = stack.use(await openInstallationDatabase(settings, log));
  const start = () =>
    startServices({
      settings: settingsOfWorker(settings, 0, count),
      database,
      log,
      tracing,
      configuration: lines,
      siblings: workers.siblings,
    });
  const started = await whenDatabaseAnswers(start, { settings, log, stopped });
  if (!started) return;
  const services = stack.use(started.services);
  const { handle } = services; // created while the other workers start
  const allServe = workers.serve({ env: io.env, secret: started.secret }, services).then(() => true);
  if (!await Promise.race([allServe, stopped.then(() => false)])) return;
  listener.handle(handle);
  services.startJobs();
  log.info("ready", {
    version,
    port: listener.address.port,
    argon2: argon2Source(),
    signatures: useLibcrypto(),
    ...(count > 1 && { workers: count }),
  });
  await Promise.race([log.flush(), pause(bannerDelayMs)]);
  banner({ settings, database, ...started, count, io });
  await ready(services);
  const end: { cause: string; death?: string } = await Promise.race([
    stopped.then((cause) => ({ cause })),
    workers.died.then((death) => ({ cause: "a worker has ended", death })),
  ]);
  if (end.death) log.error("a worker has ended", { cause: end.death });
  log.info("stopping", { cause: end.cause });
  services.readiness.drain();
  workers.drain();
  await pause(settings.SENTINEL_DRAIN_SECONDS * 1_000);
  services.readiness.stop();
  await Promise.all([listener[Symbol.asyncDispose](), workers.stop()]);
  if (end.death) throw new Error(`${end.death}. The supervisor starts Sentinel again.`);
}

/** Prepares the database and all services. A start that fails leaves nothing open. */
async function startServices(deps: Omit<ServicesDeps, "secret">) {
  const { settings, database, log } = deps;
  await using opening = new AsyncDisposableStack();
  const prepared = prepareSchema(database, settings, log);
  useLibcrypto(); // loads it while the database answers
  await prepared;
  const secret = await installationSecret(settings, database, log);
  const services = opening.use(await createServices({ ...deps, secret }));
  const admin = await firstAdmin(settings, database, services, log);
  const engine = database.embedded?.version ?? await findDatabaseVersion(services.db);
  opening.move();
  return { services, admin, engine, secret };
}

/** How long the banner, with its one-time password, waits for the pending log lines; a log may be blocked. */
const bannerDelayMs = 250;

/** The function, of which one call runs at a time, in the order of the calls. */
function queueCalls<T>(work: (input: T) => Promise<void>): (input: T) => Promise<void> {
  let last = Promise.resolve();
  return (input) => last = last.catch(() => {}).then(() => work(input));
}

/** Listens, and answers 503 until the start is complete. @throws {Error} that names the address and the reason. */
function listening(at: Parameters<typeof listen>[0]): Listener {
  try {
    if (at.isShared) Deno.listen(at).close(); // else another server with workers would get a part of the connections
    return listen(at, starting);
  } catch (cause) {
    const why = cause instanceof Deno.errors.AddrInUse ? "Another program listens there" : (cause as Error).message;
    throw new Error(`Cannot listen on ${at.hostname}, port ${at.port}. ${why}; set HOST and PORT.`, { cause });
  }
}

/** Makes sure that there is an administrator. Returns the account with its one-time password if both were generated. */
async function firstAdmin(
  settings: Settings,
  { embedded }: InstallationDatabase,
  { registrations, db }: Services,
  log: Logger,
): Promise<Registration | undefined> {
  if (await hasAdministrator(db)) return undefined;
  const configured = configuredAdmin(settings);
  const madeUp = embedded && !configured ? oneTimeAdmin() : undefined;
  const registration = configured ?? madeUp;
  if (!registration) {
    log.warn('there is no administrator; run "sentinel user create-admin"');
    return undefined;
  }
  try {
    if (!await createFirstAdmin(registration, { registrations, db })) return undefined;
    log.info("created the first administrator", { username: registration.username });
    return madeUp;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log.error("the first administrator could not be created", { cause: error.code, remedy: remedy(error) });
    return undefined;
  }
}

function configuredAdmin(settings: Settings): Registration | undefined {
  const { SENTINEL_ADMIN_USERNAME: username, SENTINEL_ADMIN_EMAIL: email, SENTINEL_ADMIN_PASSWORD: password } =
    settings;
  return (username || email) && password ? { username, email, password } : undefined;
}

/** What the operator can do. An existing account with the name is never promoted, as it may be a stranger's. */
function remedy({ code, errors }: Problem): string {
  if (code === "username_taken" || code === "email_taken") {
    const setting = code === "username_taken" ? "SENTINEL_ADMIN_USERNAME" : "SENTINEL_ADMIN_EMAIL";
    return `another account has this name; set another ${setting}, or run "sentinel user create-admin" with another name, or, ` +
      'if the account is yours, "sentinel role grant NAME admin"';
  }
  const reasons = (errors ?? []).map(({ detail }) => detail).join(" ");
  return `${reasons} Run "sentinel user create-admin"`.trim();
}

/** Prints to standard error, as standard output is the log. */
function banner({ settings, database, admin, engine, count, io }: {
  settings: Settings;
  database: InstallationDatabase;
  admin: Registration | undefined;
  engine: string;
  count: number;
  io: Io;
}): void {
  const { SENTINEL_PUBLIC_URL: publicUrl } = settings;
  io.err(`Sentinel ${version}  ${publicUrl}`);
  if (settings.SENTINEL_DOCS) io.err(`  docs      ${publicUrl}/docs`);
  if (mailModeOf(settings) === "mailbox") io.err(`  mail      kept in memory, at ${publicUrl}/dev/mailbox`);
  if (database.embedded) {
    io.err(`  database  ${engine}, embedded, in ${settings.SENTINEL_DATA_DIR}`);
    io.err("            for a single machine; survives a crash of the process, but not a power failure");
  } else {
    io.err(`  database  ${engine}, schema ${settings.SENTINEL_DB_SCHEMA}`);
  }
  if (count > 1) io.err(`  workers   ${count}, on port ${settings.PORT}`);
  if (publicUrl.startsWith("http:")) {
    io.err("  cookies   without Secure and the prefix __Host-, as SENTINEL_PUBLIC_URL is http");
  }
  if (admin) io.err(`  admin     ${admin.username}  ${admin.password}  (shown only once)`);
}

/** Within this time equal signals are one: a supervisor signals a process group, and a parent in it passes it on. */
const sameSignalMs = 1_000;

/** Resolves with the name of the first signal. A second signal ends the process at once. */
function onSignal(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let first: { signal: string; at: number } | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      const passedOn = first?.signal === signal && performance.now() - first.at < sameSignalMs;
      if (first && !passedOn) Deno.exit(1);
      first ??= { signal, at: performance.now() };
      resolve(signal);
    });
  }
  return promise;
}
