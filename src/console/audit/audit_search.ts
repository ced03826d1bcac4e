import type { PrincipalCache } from "../../access/principals/principal_cache.ts";
import type { AuditFilter } from "../../audit/events/audit_events.ts";

/** The filters of the list, as its address has them. */
export type AuditAsked = {
  action?: string | undefined;
  outcome?: string | undefined;
  actor?: string | undefined;
  subject_type?: string | undefined;
  subject?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

/** The search, or the name of a user that there is none of. */
export type AuditSearched = { filter: AuditFilter } | { unknown: string };

const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * What the filters mean: users are asked for by name or id, days in UTC. A subject without a type is a user. The events
 * of a user include those of the user's sessions.
 */
export async function searchOf(principals: PrincipalCache, asked: AuditAsked): Promise<AuditSearched> {
  const { action, outcome, actor, subject, from, to } = asked;
  const actorId = await idOf(principals, actor);
  if (actorId === null) return { unknown: actor! };
  const type = asked.subject_type ?? "user";
  const isUser = type === "user" || type === "service_account";
  const subjectId = isUser ? await idOf(principals, subject) : subject;
  if (subjectId === null) return { unknown: subject! };
  return {
    filter: {
      ...{ action, outcome, actor_id: actorId },
      ...(subjectId !== undefined &&
        (type === "user" ? { user_id: subjectId } : { subject_type: type, subject_id: subjectId })),
      occurred_after: from && `${dayAfter(from, -1)}T23:59:59.999999Z`,
      occurred_before: to && `${dayAfter(to, 1)}T00:00:00Z`,
    },
  };
}

/** Null if there is no such user. */
async function idOf(principals: PrincipalCache, text: string | undefined): Promise<string | undefined | null> {
  if (text === undefined) return undefined;
  if (idForm.test(text)) return text.toLowerCase();
  return (await principals.userNamed(text))?.id ?? null;
}

const dayMs = 86_400_000;

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}
