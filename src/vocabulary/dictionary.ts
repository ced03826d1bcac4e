import type { z } from "zod";
import type { Catalogue, Metrics } from "../platform/metrics.ts";

/** A kind of error: its status and title, what it means, and headers that every such answer carries. */
export type ProblemType = {
  status: number;
  title: string;
  about: string;
  headers?: Record<string, string>;
  /** How OAuth endpoints word it, with status 400 (RFC 6749 §5.2); unset: it is a problem there too. */
  oauth?: string;
};

/** A setting of the process. */
export interface Setting {
  /** What the setting is for, with its unit and the source of the rule; one line. */
  about: string;
  /** Turns text into the value; its message completes the sentence "<NAME> …". */
  schema: z.ZodType<unknown, string>;
  /** Stands in for the unset setting: text, or text made from the texts of other settings that are defined before. */
  default?: string | ((text: (name: string) => string) => string);
  /** What documents show in place of a default that is computed or absent. */
  otherwise?: string;
  /** Never shown: `true` all of it, a function all that it leaves out. */
  secret?: true | ((text: string) => string);
}

/** The names that a district adds to Sentinel; all are stable on the wire, in the log, in metrics or in the environment. */
export interface Dictionary {
  /** Errors that requests end with, by the last segment of their `type` (RFC 9457). */
  problems?: Record<string, ProblemType>;
  /** Rules that a part of a request can break, with their meaning. */
  fieldErrors?: Record<string, string>;
  /** The permissions that Sentinel's own operations require; a migration inserts each of them. */
  permissions?: Record<string, string>;
  /** What the audit log records. */
  auditActions?: Record<string, string>;
  /** A label with listed values starts at zero; every other label is bounded by the code. */
  metrics?: Catalogue;
  settings?: Record<string, Setting>;
}

/** The dictionary of each district; its `dictionary.ts` adds the member. */
// deno-lint-ignore no-empty-interface -- districts add to it
export interface Dictionaries {}

type KeyOf<Kind extends keyof Dictionary> = {
  [D in keyof Dictionaries]: Dictionaries[D] extends Record<Kind, infer Rows> ? keyof Rows & string : never;
}[keyof Dictionaries];

type RowsOf<Kind extends keyof Dictionary> = {
  [K in KeyOf<Kind>]: {
    [D in keyof Dictionaries]: Dictionaries[D] extends Record<Kind, infer Rows> ? K extends keyof Rows ? Rows[K] : never
      : never;
  }[keyof Dictionaries];
};

export type ProblemCode = KeyOf<"problems">;
export type FieldErrorCode = KeyOf<"fieldErrors">;
export type Permission = KeyOf<"permissions">;
export type AuditAction = KeyOf<"auditActions">;
export type SettingName = KeyOf<"settings">;

/** Every metric, to count and observe with. */
export type Instruments = Metrics<RowsOf<"metrics">>;

/** The value of every setting; undefined too where the setting has no default. */
export type Settings = {
  [Name in SettingName]: RowsOf<"settings">[Name] extends infer Row extends Setting
    ? z.output<Row["schema"]> | (Row extends { default: unknown } ? never : undefined)
    : never;
};

const defined = { problems: {}, fieldErrors: {}, permissions: {}, auditActions: {}, metrics: {}, settings: {} };

/** All rows of one kind so far: complete once `compose/features.ts` is loaded. */
export const problems = defined.problems as Record<ProblemCode, ProblemType>;
export const fieldErrors = defined.fieldErrors as Record<FieldErrorCode, string>;
export const permissions = defined.permissions as Record<Permission, string>;
export const auditActions = defined.auditActions as Record<AuditAction, string>;
export const metrics = defined.metrics as RowsOf<"metrics">;
export const settings = defined.settings as Record<SettingName, Setting>;

/** Adds a district's names. @throws when another district has defined one of them. */
export function defineDictionary<const D extends Dictionary>(dictionary: D): D {
  for (const [kind, rows] of Object.entries(dictionary)) {
    const known: Record<string, unknown> = defined[kind as keyof Dictionary];
    for (const [name, row] of Object.entries(rows)) {
      if (Object.hasOwn(known, name)) throw new Error(`${kind}: ${name} is defined twice`);
      known[name] = row;
    }
  }
  return dictionary;
}

/** Bounds in seconds; they contain the objectives: 25 ms for token traffic, 1 s for logins. */
export const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
