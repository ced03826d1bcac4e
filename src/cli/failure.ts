import { EX_CONFIG } from "../compose/config.ts";
import { remedyOf, Unavailable } from "../platform/db/db_errors.ts";
import { MigrationError } from "../platform/db/migrate.ts";
import { UnsupportedDatabase } from "../platform/db/supported_database.ts";
import { problems } from "../vocabulary/dictionary.ts";
import { Problem } from "../vocabulary/problems.ts";
import { UnknownSecret } from "../vocabulary/secrets.ts";
import { refusalOf } from "./database_refusal.ts";
import { codeIn, codeOf, isState } from "./error_code.ts";

/** The messages for the operator, one sentence each. Of a driver's error they contain only its code. */
export function sentencesOf(error: unknown): string[] {
  if (error instanceof Problem) return brokenRules(error);
  if (!(error instanceof Error)) return [String(error)];
  const code = codeOf(error);
  const beneath = code === undefined ? "" : ` (${code})`;
  if (error instanceof MigrationError) return [error.message + beneath];
  const refusal = refusalOf(error);
  if (refusal) return [refusal.message];
  if (error instanceof Unavailable) return [unavailable(code, beneath)];
  return isState(codeIn(error)) ? [`The database refused a statement${beneath}.`] : [error.message];
}

/** The exit code: 78 when a restart cannot help until a setting, a secret or a grant is changed, else 1. */
export function exitCodeOf(error: unknown): number {
  const isConfiguration = error instanceof UnknownSecret || error instanceof UnsupportedDatabase || refusalOf(error);
  return isConfiguration ? EX_CONFIG : 1;
}

/** The failure as data: the code of a problem, or `failed`. */
export function failureOf(error: unknown): { code: string; detail: string; errors?: object[] } {
  const detail = sentencesOf(error).join(" ");
  if (!(error instanceof Problem)) return { code: "failed", detail };
  return { code: error.code, detail, ...(error.errors && { errors: error.errors }) };
}

function unavailable(code: string | undefined, beneath: string): string {
  const remedy = remedyOf(code?.replace("SQLSTATE ", ""));
  return `The database cannot be reached or does not answer${beneath}${remedy ? `: ${remedy}` : ""}.`;
}

function brokenRules({ code, detail, errors }: Problem): string[] {
  if (errors) return errors.map(({ pointer, detail }) => `${pointer.replace("#/", "")}: ${detail}`);
  return [detail ?? problems[code].about];
}
