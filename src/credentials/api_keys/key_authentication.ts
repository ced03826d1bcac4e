import { timingSafeEqual } from "node:crypto";
import type { KeyAccess, PrincipalCache } from "../../access/principals/principal_cache.ts";
import { BoundedMap } from "../../platform/cache/bounded_map.ts";
import type { Clock } from "../../platform/clock.ts";
import { hashOf, type OpaqueSecret, parseOpaqueSecret, type SecretKind } from "../../tokens/opaque/opaque_secret.ts";
import type { Principal, PrincipalKey, PrincipalSecret, PrincipalUser } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { KeyUses } from "./key_uses.ts";

/** How an API key that was sent was judged. */
export type KeyOutcome = "accepted" | "malformed" | "unknown" | "expired" | "revoked" | "disabled";

export type KeyAuthentication = ReturnType<typeof createKeyAuthentication>;

/**
 * A secret that was compared with those of this very key in memory, and need not be hashed again while memory has it:
 * hashing is a tenth of `GET /users/me`. Known by its text, as access tokens are.
 */
type Proof = { key: PrincipalKey; user: PrincipalUser; secret: PrincipalSecret; principal: Principal };

const proofsMax = 100_000;
const keyKinds: ReadonlySet<SecretKind> = new Set(["pat", "svc"]);

/** Authenticates an API key by the secrets that it has now. Answers at once where memory knows the key and its user. */
export function createKeyAuthentication({ principals, clock, uses, counted }: {
  principals: PrincipalCache;
  clock: Clock;
  uses: KeyUses;
  counted: (outcome: KeyOutcome) => void;
}) {
  const proofs = new BoundedMap<string, Proof>(proofsMax);

  return { authenticate };

  /** @throws {Problem} `invalid_token`, alike for every reason. */
  function authenticate(text: string): Principal | Promise<Principal> {
    const proof = proofs.get(text);
    if (proof) {
      const access = principals.keyAccess(proof.key.id);
      if (!(access instanceof Promise) && access?.key === proof.key && access.user === proof.user) return admit(proof);
    }
    const sent = parseOpaqueSecret(text);
    if (!sent || !keyKinds.has(sent.kind)) throw refusal("malformed"); // the secret of a client is no API key
    const access = principals.keyAccess(sent.ownerId);
    return access instanceof Promise ? access.then((known) => judge(text, sent, known)) : judge(text, sent, access);
  }

  function judge(text: string, sent: OpaqueSecret, access: KeyAccess | undefined): Principal {
    const secret = access && findSecret(sent, hashOf(text), access.key);
    if (!secret) throw refusal("unknown");
    const { key, user } = access;
    const proof = { key, user, secret, principal: { user, key, scopes: key.scopes } };
    proofs.set(text, proof);
    return admit(proof);
  }

  /** Lets a proven secret in, unless it is over with the key, the user or the secret itself. */
  function admit({ key, user, secret, principal }: Proof): Principal {
    const now = clock.now();
    if (key.revoked) throw refusal("revoked");
    if (isPast(key.expires_at, now) || isPast(secret.expires_at, now)) throw refusal("expired");
    if (user.disabled) throw refusal("disabled");
    counted("accepted");
    uses.record(secret.id, now);
    return principal;
  }

  function refusal(outcome: KeyOutcome): Problem {
    counted(outcome);
    return new Problem("invalid_token");
  }
}

/** The one of these secrets that was sent; every one of its kind is compared, each in constant time. */
export function findSecret({ kind }: OpaqueSecret, hash: string, { secrets }: { secrets: PrincipalSecret[] }) {
  const sent = Buffer.from(hash);
  const isEqual = (stored: string) => timingSafeEqual(Buffer.from(stored), sent);
  let found: PrincipalSecret | undefined;
  for (const secret of secrets) if (secret.kind === kind && isEqual(secret.hash)) found = secret;
  return found;
}

/** Whether this end, null being never, is over. */
export function isPast(end: number | null, now: number): boolean {
  return end !== null && end <= now;
}
