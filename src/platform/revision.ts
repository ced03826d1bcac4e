import { createHash } from "node:crypto";

/** The name of a state: equal for equal JSON, different otherwise. 22 characters of base64url. */
export function revisionOf(representation: unknown): string {
  return createHash("sha256").update(JSON.stringify(representation)).digest("base64url").slice(0, 22);
}

/** Whether a state is the one that the caller expects. */
export type Expected = (representation: unknown) => boolean;

export const whateverTheState: Expected = () => true;

/** The state that `If-Match` expects (RFC 9110 §13.1.1). The comparison is strong: a weak tag matches nothing. */
export function expectedBy(ifMatch: string | null): Expected {
  if (ifMatch === null || ifMatch.trim() === "*") return whateverTheState;
  const tags = ifMatch.split(",").map((tag) => tag.trim());
  return (representation) => tags.includes(`"${revisionOf(representation)}"`);
}
