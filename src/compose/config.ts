import { nearestName } from "../platform/text/nearest_name.ts";
import {
  type Setting,
  type SettingLine,
  type SettingName,
  type Settings,
  settings,
  type SettingSource,
} from "../vocabulary/dictionary.ts";
import "./features.ts"; // defines the settings of every feature
import { mailIssues, mailWarnings } from "./mail_settings.ts";
import { passkeyIssues, passkeyWarnings } from "./passkey_settings.ts";
import { weakSettings, withoutSslMode } from "./weak_settings.ts";
import { workerIssues } from "./workers/worker_settings.ts";

/** Folders that the shipped binary may read and write. */
export const writableFolders = ["./data", "/data", "/var/lib/sentinel"];

/** Folders that the shipped binary may read; `<NAME>_FILE` names a file in one of them. */
export const readableFolders = [...writableFolders, "/run/secrets", "/run/credentials", "/etc/sentinel"];

/** Exit code of a process whose configuration is wrong (sysexits.h EX_CONFIG). */
export const EX_CONFIG = 78;

export const settingNames = Object.keys(settings) as SettingName[];

/** The variables that settings are read from. An empty value is an unset one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with one setting; `problem` completes the sentence "<setting> …" and never repeats the value. */
export type ConfigIssue = { setting: string; problem: string };

/** Everything that is wrong with a configuration. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly issues: ConfigIssue[], readonly warnings: string[]) {
    super(issues.map(({ setting, problem }) => `${setting} ${problem}`).join("\n"));
  }
}

/** The process's variables. Under a partial `--allow-env` Deno lists those allowed only with `--ignore-env`. */
export function environment(): Record<string, string> {
  return Deno.env.toObject();
}

/** Reads every setting from `<NAME>` or from the file `<NAME>_FILE`. @throws {ConfigError} with all that is wrong. */
export function readConfig(env: Environment): { settings: Settings; lines: SettingLine[]; warnings: string[] } {
  const { readings, values, warnings } = read(env);
  return { settings: values, lines: linesOf(readings), warnings };
}

/** Each setting's value, without secrets, and its source. @throws {ConfigError} with all that is wrong. */
export function describeConfig(env: Environment): { settings: SettingLine[]; warnings: string[] } {
  const { lines, warnings } = readConfig(env);
  return { settings: lines, warnings };
}

function linesOf(readings: Readings): SettingLine[] {
  return settingNames.map((setting) => {
    const { text, source } = readings[setting];
    return { setting, value: text === undefined ? null : displayValue(setting, text), source };
  });
}

function displayValue(name: SettingName, text: string): string {
  const { secret }: Setting = settings[name];
  if (typeof secret === "function") return secret(text);
  return secret ? "(set)" : text;
}

/** A setting's text, undefined when unset or unreadable, and where it was looked for. */
type Reading = { text: string | undefined; source: SettingSource };
type Readings = Record<SettingName, Reading>;

type Findings = { issues: ConfigIssue[]; warnings: string[] };

function read(env: Environment) {
  const findings: Findings = { issues: [], warnings: [] };
  const readings = {} as Readings;
  const values = {} as Settings;
  for (const name of settingNames) {
    readings[name] = readText(name, env, findings) ?? { text: defaultText(name, readings), source: "default" };
    values[name] = parse(name, readings[name], findings) as never;
  }
  checkTogether(readings, values, findings);
  if (env.PGSSLMODE) findings.issues.push(...withoutSslMode(values));
  findings.warnings.push(...unknownSettings(env));
  if (findings.issues.length > 0) throw new ConfigError(findings.issues, findings.warnings);
  return { readings, values, warnings: findings.warnings };
}

function readText(name: SettingName, env: Environment, { issues, warnings }: Findings): Reading | undefined {
  const text = env[name] || undefined;
  const path = env[`${name}_FILE`] || undefined;
  if (path === undefined) return text === undefined ? undefined : { text, source: "environment" };
  if (text !== undefined) {
    issues.push({ setting: name, problem: `and ${name}_FILE are both set` });
    return { text: undefined, source: "environment" };
  }
  return { text: readFile(name, path, { issues, warnings }), source: `file ${path}` };
}

/**
 * The file's text without a byte-order mark and one trailing newline. Messages leave the path out: some paste the
 * secret itself there.
 */
function readFile(name: SettingName, path: string, { issues, warnings }: Findings): string | undefined {
  const setting = `${name}_FILE`;
  try {
    const text = utf8.decode(Deno.readFileSync(path)).replace(/\r?\n$/, "");
    const { mode } = Deno.statSync(path);
    const { secret }: Setting = settings[name];
    if (secret && (mode ?? 0) & 0o004) warnings.push(`${setting} names a file that every user may read: chmod o-r`);
    if (text !== "") return text;
    issues.push({ setting, problem: "names an empty file" });
  } catch (error) {
    issues.push({ setting, problem: `names a file that ${cannotBeRead(error)}` });
  }
  return undefined;
}

function cannotBeRead(error: unknown): string {
  if (error instanceof TypeError) return "is no UTF-8 text";
  const reason = error instanceof Error ? error.name : "unknown";
  return `cannot be read (${reason}); Sentinel may read ${readableFolders.join(", ")}`;
}

/** Drops a byte-order mark, which some editors write; other encodings are refused, not guessed. */
const utf8 = new TextDecoder("utf-8", { fatal: true });

function defaultText(name: SettingName, readings: Readings): string | undefined {
  const { default: given }: Setting = settings[name];
  return typeof given === "function" ? given((other) => readings[other as SettingName].text ?? "") : given;
}

/** A default that does not parse was made from a setting that has an issue of its own. */
function parse(name: SettingName, { text, source }: Reading, { issues }: Findings): unknown {
  if (text === undefined) return undefined;
  const result = settings[name].schema.safeParse(text);
  if (result.success) return result.data;
  if (source === "default") return undefined;
  for (const { path, message } of result.error.issues) {
    issues.push({ setting: name, problem: path.length === 0 ? message : `entry ${Number(path[0]) + 1} ${message}` });
  }
  return undefined;
}

/** The rules that need more than one setting, or the machine. */
function checkTogether(readings: Readings, values: Settings, { issues, warnings }: Findings): void {
  const unset = (name: SettingName) => readings[name].source === "default";
  const refuse = (setting: SettingName, problem: string) => issues.push({ setting, problem });
  if (!unset("DATABASE_URL") && unset("SENTINEL_SECRET")) refuse("SENTINEL_SECRET", "is required with DATABASE_URL");
  if (unset("DATABASE_URL") && values.SENTINEL_CHANGE_FEED === "ttl") {
    refuse("SENTINEL_CHANGE_FEED", "is for replicas on one database: ttl needs DATABASE_URL");
  }
  if (!unset("DATABASE_URL") && unset("SENTINEL_PUBLIC_URL")) {
    warnings.push(`SENTINEL_PUBLIC_URL is unset: tokens name localhost as their issuer`);
  }
  warnings.push(...weakSettings(values), ...mailWarnings(values), ...passkeyWarnings(values));
  issues.push(...mailIssues(values), ...passkeyIssues(values), ...workerIssues(values));
  if (unset("DATABASE_URL") && !mayUse(values.SENTINEL_DATA_DIR)) {
    const allowed = writableFolders.join(", ");
    refuse("SENTINEL_DATA_DIR", `must be one of ${allowed}, or inside one: no other may be read and written`);
  }
  for (const setting of ["DATABASE_URL", "SENTINEL_IMPORT_DATABASE_URL"] as const) {
    for (const problem of unreadableCertificates(values[setting])) refuse(setting, problem);
  }
  const caFile = values.SENTINEL_SMTP_URL?.caFile;
  if (caFile) { for (const problem of unreadable("ca", caFile)) refuse("SENTINEL_SMTP_URL", problem); }
  const outboundCa = values.SENTINEL_OUTBOUND_CA;
  for (const problem of outboundCa ? unreadable(undefined, outboundCa) : []) refuse("SENTINEL_OUTBOUND_CA", problem);
  const hasAdminName = !unset("SENTINEL_ADMIN_USERNAME") || !unset("SENTINEL_ADMIN_EMAIL");
  if (hasAdminName && unset("SENTINEL_ADMIN_PASSWORD")) {
    refuse("SENTINEL_ADMIN_PASSWORD", "is required with SENTINEL_ADMIN_USERNAME and SENTINEL_ADMIN_EMAIL");
  }
  if (!hasAdminName && !unset("SENTINEL_ADMIN_PASSWORD")) {
    refuse("SENTINEL_ADMIN_USERNAME", "is required with SENTINEL_ADMIN_PASSWORD, or SENTINEL_ADMIN_EMAIL is");
  }
}

/** Parameters of a PostgreSQL URL that name a file; the driver reads it whenever it connects. */
const certificateFiles = ["sslrootcert", "sslcert", "sslkey"];

function unreadableCertificates(postgresUrl: string | undefined): string[] {
  const named = postgresUrl === undefined ? new URLSearchParams() : new URL(postgresUrl).searchParams;
  return certificateFiles.flatMap((parameter) => {
    const path = named.get(parameter);
    return path ? unreadable(parameter, path) : [];
  });
}

function unreadable(parameter: string | undefined, path: string): string[] {
  try {
    Deno.readFileSync(path);
    return [];
  } catch (error) {
    return [`names a file${parameter === undefined ? "" : ` in ${parameter}`} that ${cannotBeRead(error)}`];
  }
}

function mayUse(path: string | undefined): boolean {
  if (path === undefined) return true;
  return (["read", "write"] as const).every((name) => Deno.permissions.querySync({ name, path }).state === "granted");
}

/**
 * A warning for each `SENTINEL_*` variable that is no setting, with the setting whose name is nearest, if any is near.
 */
function unknownSettings(env: Environment): string[] {
  const known = settingNames.flatMap((name) => [name, `${name}_FILE`]);
  const stem = (name: string) => name.replace(/^SENTINEL_/, "");
  return Object.keys(env).filter((name) => name.startsWith("SENTINEL_") && !known.includes(name)).map((name) => {
    const nearest = nearestName(stem(name), known.map(stem));
    const meant = known.find((other) => stem(other) === nearest);
    return meant ? `${name} is not a setting; did you mean ${meant}?` : `${name} is not a setting`;
  });
}
