import { printable } from "../output.ts";
import type { Takeover, Tally } from "../../portability/import_report.ts";
import type { ImportMode } from "../../portability/user_import.ts";

/** From here on an import says what the slowest hash costs, even when it is no rehearsal. */
const slowMs = 1000;

/** What a rehearsal prints of a row. */
export function takeoverLine({ at, username, email, hash, roles, dropped, ...more }: Takeover): string {
  const facts = [
    hash === null ? "no password" : hash,
    ...(more.email_verified ? ["address verified"] : []),
    ...(more.disabled ? ["disabled"] : []),
    ...(more.created_at ? [`created ${more.created_at}`] : []),
    ...(more.external_id ? [`external id ${more.external_id}`] : []),
    `roles ${roles.join(" ")}`,
    ...(dropped.length > 0 ? [`left behind: ${dropped.join(", ")}`] : []),
  ];
  return printable(`${at}: ${[username, email].filter(Boolean).join(" ")}: ${facts.join("; ")}`);
}

/** The totals of an import. */
export function summary(tally: Tally, mode: ImportMode): string {
  const { imported, unchanged, skipped, without_role, without_name, without_password } = tally;
  const counts = `${imported} ${mode.dryRun ? "would be imported" : "imported"}, ${unchanged} already exist, ` +
    [
      `${skipped} skipped`,
      ...(without_role > 0 ? [`${without_role} lost a role that the source names`] : []),
      ...(without_name > 0 ? [`${without_name} lost a name`] : []),
      ...(without_password > 0 ? [`${without_password} without a password there`] : []),
    ].join("; ");
  return [`${counts}.`, ...fieldLines(tally), ...costLines(tally, mode), ...privilegedLines(tally, mode)].join("\n");
}

function fieldLines({ dropped }: Tally): string[] {
  const fields = Object.entries(dropped).toSorted(([, a], [, b]) => b - a).map(([field, count]) => `${field} ${count}`);
  return fields.length > 0 ? [`Left behind, as Sentinel has no place for it: ${fields.join(", ")}.`] : [];
}

/** Every refused login takes 1.2 times the slowest stored hash. */
function costLines({ slowest, hashes }: Tally, { dryRun }: ImportMode): string[] {
  if (!slowest || (!dryRun && slowest.ms < slowMs)) return [];
  const users = hashes[slowest.hash]!;
  return [
    `The slowest hash, ${slowest.hash}, takes ${slowest.ms} ms on this machine: every refused login takes at least ` +
    `${Math.round(slowest.ms * 1.2)} ms until ${users === 1 ? "its user has" : `its ${users} users have`} logged in.`,
  ];
}

function privilegedLines({ privileged }: Tally, mode: ImportMode): string[] {
  if (privileged.length === 0) return [];
  const accounts = privileged.map(({ at, name, roles }) => `  ${at}: ${name}, with ${roles.join(", ")}`);
  return [privilegedHeading(mode), ...accounts];
}

function privilegedHeading({ dryRun, privilegedRoles }: ImportMode): string {
  if (!privilegedRoles) return "Privileged roles are imported only with --privileged-roles, which would grant:";
  return dryRun ? "Privileged accounts that would be imported:" : "Privileged accounts that were imported:";
}
