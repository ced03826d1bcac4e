import { pause } from "./timers/pause.ts";
import { cutText } from "./text/cut_text.ts";

/** Levels by weight. */
const logLevels = { debug: 10, info: 20, warn: 30, error: 40 } as const;
export type LogLevel = keyof typeof logLevels;
export type LogFormat = "json" | "pretty";

type Value = string | number | boolean | null | undefined;
/** The fields of a line. Never a secret, a password, an e-mail address or a token. */
export type Fields = Record<string, Value>;

/** Writes one line per event. */
export interface Log {
  debug(msg: string, fields?: Fields): void;
  info(msg: string, fields?: Fields): void;
  warn(msg: string, fields?: Fields): void;
  error(msg: string, fields?: Fields): void;
}

export type AccessEntry = {
  request_id: string;
  method: string;
  route: string;
  status: number;
  duration_ms: number;
  user_id: string | undefined;
  client_id?: string | undefined;
};

export type Logger = ReturnType<typeof createLogger>;

const batchDelayMs = 50;
const batchSizeMax = 512; // lines
const pendingSizeMax = 20_000; // lines
const valueLengthMax = 1_024;
const lastFlushMs = 2_000;

/** Never blocks its caller. While the output accepts nothing, lines beyond {@link pendingSizeMax} are dropped. */
export function createLogger({ level, format, write, traceId, wait = pause }: {
  level: LogLevel;
  format: LogFormat;
  write: (bytes: Uint8Array) => Promise<unknown>;
  /** The id of the trace that a line belongs to. */
  traceId?: (() => string | undefined) | undefined;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}) {
  const encoder = new TextEncoder();
  const render = format === "json" ? jsonLine : prettyLine;
  let pending = "";
  let waiting = 0; // lines in the current batch
  let dropped = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing = Promise.resolve();
  let idle = true;

  const traced = (fields?: Fields) => traceId ? { ...fields, trace_id: traceId() } : fields;
  const at = (name: LogLevel) =>
    logLevels[name] < logLevels[level]
      ? () => {}
      : (msg: string, fields?: Fields) => line(render(name, msg, traced(fields)));

  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    access,
    dropped: () => dropped,
    flush,
    [Symbol.asyncDispose]: end,
  };

  /** Writes the line of a request. Its values need no escaping, which makes it cheap. */
  function access({ request_id, method, route, status, duration_ms, user_id, client_id }: AccessEntry) {
    if (logLevels.info < logLevels[level]) return;
    const ms = Math.round(duration_ms * 1000) / 1000;
    if (format === "pretty") {
      return line(render("info", `${method} ${route}`, traced({ status, ms, request_id, user_id, client_id })));
    }
    const trace_id = traceId?.();
    const trace = trace_id === undefined ? "" : `,"trace_id":"${trace_id}"`;
    const user = user_id === undefined ? "" : `,"user_id":"${user_id}"`;
    const client = client_id === undefined ? "" : `,"client_id":"${client_id}"`;
    line(
      `{"time":"${timestamp()}","level":"info","msg":"request","request_id":"${request_id}",` +
        `"method":"${method}","route":"${route}","status":${status},"duration_ms":${ms}${user}${client}${trace}}\n`,
    );
  }

  function line(text: string) {
    if (waiting >= pendingSizeMax) {
      dropped++;
      return;
    }
    pending += text;
    waiting++;
    if (idle && waiting >= batchSizeMax) drain();
    else timer ??= setTimeout(drain, batchDelayMs);
  }

  function drain() {
    clearTimeout(timer);
    timer = undefined;
    if (!idle || waiting === 0) return;
    idle = false;
    const batch = encoder.encode(pending);
    const lines = waiting;
    pending = "";
    waiting = 0;
    writing = write(batch).then(() => {}, () => void (dropped += lines)).then(() => {
      idle = true;
      if (waiting > 0) drain();
    });
  }

  /** Resolves when all lines so far are written. */
  async function flush(): Promise<void> {
    drain();
    while (!idle || waiting > 0) {
      await writing;
      drain();
    }
  }

  /** Waits at most {@link lastFlushMs} for the remaining lines: an exit must not wait for a reader. */
  async function end(): Promise<void> {
    const flushed = new AbortController();
    await Promise.race([flush().finally(() => flushed.abort()), wait(lastFlushMs, flushed.signal)]);
    dropped += waiting;
    [pending, waiting] = ["", 0];
  }
}

/** Writes all of `bytes` to standard output. */
export async function writeStdout(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await Deno.stdout.write(bytes.subarray(written));
}

let [writtenAt, written] = [0, ""];

/** The current time in RFC 3339, UTC. It is formatted once per millisecond, as many lines share it. */
function timestamp(): string {
  const now = Date.now();
  if (now !== writtenAt) [writtenAt, written] = [now, new Date(now).toISOString()];
  return written;
}

function jsonLine(level: LogLevel, msg: string, fields: Fields = {}): string {
  const entry = { time: timestamp(), level, msg, ...fields };
  return oneLine(JSON.stringify(entry, (_, value) => typeof value === "string" ? cut(value) : value)) + "\n";
}

const colors = { debug: 90, info: 32, warn: 33, error: 31 };

function prettyLine(level: LogLevel, msg: string, fields: Fields = {}): string {
  const facts = Object.entries(fields).filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` \x1b[90m${key}=\x1b[0m${typeof value === "string" ? quoted(value) : value}`).join("");
  return `${timestamp().slice(11, 23)} \x1b[${colors[level]}m${level.padEnd(5)}\x1b[0m ${msg}${facts}\n`;
}

const quoted = (value: string) => /^[\w./:@{}-]+$/.test(value) ? cut(value) : oneLine(JSON.stringify(cut(value)));
const cut = (value: string) => value.length > valueLengthMax ? cutText(value, valueLengthMax) + "…" : value;

/** Escapes what ends a line or controls a terminal and JSON does not: the C1 controls and two of Unicode. */
const oneLine = (json: string) =>
  json.replace(/[\u007f-\u009f\u2028\u2029]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
