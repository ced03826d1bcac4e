import type { z } from "zod";
import type { Catalogue, Metrics } from "../platform/metrics.ts";

/** A kind of error: its status, title and meaning, and the headers of every such answer. */
export type ProblemType = {
  status: number;
  title: string;
  about: string;
  headers?: Record<string, string>;
  /** Members that the answer has besides the usual ones (RFC 9457 §3.2). */
  members?: Record<string, z.ZodType>;
  /** The error code on OAuth endpoints, with status 400 (RFC 6749 §5.2). If unset, they answer with the problem too. */
  oauth?: string;
};

/** A setting of the process. */
export interface Setting {
  /** The purpose of the setting, with its unit and the source of the rule, in one line. */
  about: string;
  /** Parses the text. Its message completes the sentence "<NAME> …". */
  schema: z.ZodType<unknown, string>;
  /** The default: text, or text computed from the texts of settings that are defined earlier. */
  default?: string | ((text: (name: string) => string) => string);
  /** What documents show for a default that is computed or absent. */
  otherwise?: string;
  /** What must not be shown: `true` means everything, a function returns what may be shown. */
  secret?: true | ((text: string) => string);
}

/** The names that a district adds to Sentinel. All are stable in the API, the log, metrics or the environment. */
export interface Dictionary {
  /** Errors of requests, by the last segment of their `type` (RFC 9457). */
  problems?: Record<string, ProblemType>;
  /** Rules that a part of a request can violate, with their meaning. */
  fieldErrors?: Record<string, string>;
  /** The permissions that Sentinel's own operations require. A migration inserts each of them. */
  permissions?: Record<string, string>;
  auditActions?: Record<string, string>;
  /** The metrics. A label with listed values starts at zero; the code bounds every other label. */
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

/** Where a setting's text comes from. */
export type SettingSource = "default" | "environment" | `file ${string}`;

/** A setting as it is in force; `value` is null when unset and never holds a secret. */
export type SettingLine = { setting: SettingName; value: string | null; source: SettingSource };

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
