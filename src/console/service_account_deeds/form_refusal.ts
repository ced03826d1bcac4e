import { Problem } from "../../vocabulary/problems.ts";
import { deedTexts } from "./deed_texts.ts";

/** Where a refusal is shown. */
type At = { visit: { language: "en" | "de" } };

/** What is wrong with the fields, by their ids, and with the whole. */
type Refusal = { fields?: Record<string, string>; whole?: readonly string[]; status: number };

const accountName = /^[a-z][a-z0-9_-]{1,63}$/;

/** The names in a text, each once. */
export function namesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

/** What is wrong with the name of a service account. */
export function wrongName({ visit }: At, name: string): Refusal | undefined {
  return accountName.test(name) ? undefined : { fields: { name: deedTexts[visit.language].badName }, status: 422 };
}

/** A text that is no day, or one that has passed. */
export function wrongDay({ visit }: At): Refusal {
  return { fields: { expires: deedTexts[visit.language].wrongDay }, status: 422 };
}

/** What a form says of a refused deed; `name` is what was typed. Other failures are not its business. */
export function refusalOf(at: At, error: unknown, name = ""): Refusal {
  const t = deedTexts[at.visit.language];
  if (!(error instanceof Problem)) throw error;
  const { code, status, errors, detail = "" } = error;
  if (code === "service_account_taken") return { fields: { name: t.taken(name) }, status };
  if (code === "exclusion_violated") return { whole: [t.excluded, ""], status };
  if (code === "forbidden") return { whole: t.forbidden, status };
  if (code === "precondition_failed") return { whole: t.meanwhile, status };
  if (code === "service_account_in_use") return { whole: t.inUse, status };
  if (code === "too_many_api_keys") return { whole: [t.tooMany, ""], status };
  if (code === "too_many_secrets") return { whole: t.twoSecrets, status };
  if (code === "not_found" && detail.startsWith("There is no role ")) {
    return { fields: { role: t.unknownRole(name) }, status };
  }
  const [first] = errors ?? [];
  const named = /"(.*)"/.exec(first?.detail ?? "")?.[1] ?? "";
  if (first?.code === "unknown_role") return { fields: { roles: t.unknownRole(named) }, status };
  if (first?.code === "unknown_permission") return { fields: { scopes: t.unknownPermission(named) }, status };
  if (first?.pointer === "#/expires_at") return { ...wrongDay(at), status };
  throw error;
}
