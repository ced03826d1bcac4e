import type { Activity, AuditEvents } from "../../audit/events/audit_events.ts";
import type { AuditState } from "../../audit/watch/audit_state.ts";
import type { ClientRefusals, FailingClients } from "../../oauth/clients/client_refusals.ts";
import type { Outbox, OutboxCounts } from "../../delivery/outbox/outbox.ts";
import type { SystemState, SystemStates } from "../../operations/state/system_state.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Keys } from "../../tokens/keys/keys.ts";
import type { Permission } from "../../vocabulary/dictionary.ts";

/** The events that the page counts over the last hour. */
const countedActions = ["session.created", "login.failed", "factor.refused", "session.refresh_reused"] as const;

export type CountedAction = (typeof countedActions)[number];

/** What is checked. */
export type CheckName =
  | "schema"
  | "feed"
  | "mail"
  | "logout_tokens"
  | "keys"
  | "audit_chain"
  | "audit_seal"
  | "jobs"
  | "hashing"
  | "database"
  | "replicas";

/** A check of the server: how it is, and the number that says so. */
export type Check = { name: CheckName; tone: "" | "warn" | "bad"; now: string };

/** What the start page shows; what its reader may not see is absent. */
export type Overview = {
  asOf: Date;
  activity?: Record<CountedAction, Activity>;
  /** The worst first. */
  checks: Check[];
  /** Whose requests were refused within the last hour. */
  failing?: FailingClients;
  system?: SystemState;
};

export interface OverviewDeps {
  clock: Clock;
  auditEvents: AuditEvents;
  auditState: AuditState;
  clientRefusals: ClientRefusals;
  outbox: Outbox;
  keys: Keys;
  systemStates: SystemStates;
}

const hourMs = 3_600_000, dayMs = 24 * hourMs;

/** From when on a number needs a look, and from when on it is an alert (observability/alerts.ts). */
const limits = {
  keyDays: { warn: 80, bad: 90 },
  unsealed: { warn: 1_000, bad: 30_000 },
  waitingHashes: { warn: 8, bad: 32 },
  waitingConnections: { warn: 1, bad: 20 },
  mailSeconds: { warn: 300, bad: 900 },
  logoutTokenSeconds: { warn: 60, bad: 300 },
};

/** Gathers the state of the server at a glance, by seven statements. */
export async function gatherOverview(
  deps: OverviewDeps,
  may: (permission: Permission) => boolean,
): Promise<Overview> {
  const { clock, auditEvents, clientRefusals, systemStates } = deps;
  const readsAudit = may("audit:read");
  const system = may("system:read") ? await systemStates.read() : undefined;
  const checks = [
    ...(system ? [...checksOf(system), ...await outboxChecks(deps), await keyCheck(deps)] : []),
    ...(readsAudit ? await auditChecks(deps) : []),
  ];
  const rank = { bad: 0, warn: 1, "": 2 };
  return {
    asOf: new Date(clock.now()),
    ...(readsAudit && { activity: await auditEvents.activity(countedActions, { parts: 12, partSeconds: 300 }) }),
    checks: checks.toSorted((a, b) => rank[a.tone] - rank[b.tone]),
    ...(may("clients:read") && { failing: await clientRefusals.failing(hourMs) }),
    ...(system && { system }),
  };
}

function checksOf({ migrations, feed, replicas, jobs, hashing, pool }: SystemState): Check[] {
  const pending = migrations.filter(({ state }) => state === "pending").length;
  const isNewer = migrations.some(({ state }) => state === "newer");
  const failed = jobs.filter(({ failedAt, startedAt, tookMs = 0 }) =>
    failedAt !== undefined && startedAt !== undefined && failedAt >= startedAt + tookMs - 1_000
  );
  const newest = migrations.find(({ state }) => state !== "pending")?.name.slice(0, 4) ?? "";
  const isLost = feed.kind === "listen" && !feed.isTrusted;
  return [
    { name: "schema", tone: pending > 0 ? "bad" : isNewer ? "warn" : "", now: newest },
    { name: "feed", tone: isLost ? "bad" : "", now: feed.silenceSeconds.toFixed(1) },
    { name: "replicas", tone: "", now: String(Math.max(1, replicas.length)) },
    { name: "jobs", tone: failed.length > 0 ? "warn" : "", now: String(failed.length) },
    {
      name: "hashing",
      tone: toneOf(hashing.waiting, limits.waitingHashes),
      now: String(hashing.waiting),
    },
    {
      name: "database",
      tone: pool.diskFull ? "bad" : toneOf(pool.waiting, limits.waitingConnections),
      now: `${pool.total - pool.idle}/${pool.limit}`,
    },
  ];
}

/** What was given up is bad at once: an application that is not told keeps users signed in. */
async function outboxChecks({ outbox }: OverviewDeps): Promise<Check[]> {
  const [mails, tokens] = await outbox.counts("mail", "http") as [OutboxCounts, OutboxCounts];
  const check = (name: CheckName, { dead, oldest_seconds }: OutboxCounts, limit: Limit): Check => ({
    ...{ name, tone: dead > 0 ? "bad" : toneOf(oldest_seconds, limit), now: String(dead) },
  });
  return [check("mail", mails, limits.mailSeconds), check("logout_tokens", tokens, limits.logoutTokenSeconds)];
}

async function keyCheck({ keys, clock }: OverviewDeps): Promise<Check> {
  const { active } = await keys.ring();
  const days = Math.floor((clock.now() - active.since) / dayMs);
  return { name: "keys", tone: toneOf(days, limits.keyDays), now: String(days) };
}

async function auditChecks({ auditState }: OverviewDeps): Promise<Check[]> {
  const { state, unsealed, verified } = await auditState.read();
  return [
    { name: "audit_chain", tone: state === "broken" ? "bad" : "", now: String(verified?.events ?? 0) },
    { name: "audit_seal", tone: toneOf(unsealed, limits.unsealed), now: String(unsealed) },
  ];
}

type Limit = { warn: number; bad: number };

function toneOf(value: number, { warn, bad }: Limit): Check["tone"] {
  return value >= bad ? "bad" : value >= warn ? "warn" : "";
}
