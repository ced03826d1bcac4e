import { RecentMap } from "./recent_map.ts";
import { Refusal } from "./refusal.ts";
import type { IssuerMetadata, Send } from "./issuer.ts";

/** The members of RFC 7662 §2.2 that are used. */
export type Introspected = {
  active: boolean;
  token_type?: string;
  sub?: string;
  aud?: string | string[];
  scope?: string;
} & Record<string, unknown>;

type Asked = { answer: Promise<Introspected>; until: number };

const rememberedMax = 5_000;

export type Introspection = ReturnType<typeof createIntrospection>;

/** Asks Sentinel about tokens, and remembers each answer for `cacheSeconds`. `authorization` is the API's own. */
export function createIntrospection({ metadata, send, authorization, cacheSeconds, now, report }: {
  metadata: () => Promise<IssuerMetadata>;
  send: Send;
  authorization: string;
  cacheSeconds: number;
  now: () => number;
  report: (error: unknown) => void;
}) {
  const asked = new RecentMap<Asked>(rememberedMax);
  return { introspect };

  /** @throws {Refusal} `unavailable` */
  function introspect(token: string): Promise<Introspected> {
    const known = asked.get(token);
    if (known && known.until > now()) return known.answer;
    const answer = ask(token);
    asked.set(token, { answer, until: now() + cacheSeconds * 1_000 });
    answer.catch(() => asked.delete(token));
    return answer;
  }

  async function ask(token: string): Promise<Introspected> {
    try {
      const { introspection_endpoint } = await metadata();
      const headers = { authorization, accept: "application/json" };
      const response = await send(introspection_endpoint!, {
        method: "POST",
        headers,
        body: new URLSearchParams({ token }),
      });
      return await response.json();
    } catch (error) {
      report(error);
      throw new Refusal("unavailable", "The token cannot be introspected.", undefined, error);
    }
  }
}
