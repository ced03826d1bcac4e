import { z } from "@hono/zod-openapi";
import { form, formPage, inConsole, operation, page, problems, resource } from "../../http/contract/contract.ts";
import { onward } from "../../http/pages/frame.ts";
import { jwksMaxAgeSeconds, type KeyListing, type Keys } from "../../tokens/keys/keys.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { keysPage, retirePage, rotatePage, shortKid } from "./keys_page.ts";
import { keysTexts } from "./keys_texts.ts";

const Algorithm = z.enum(["EdDSA", "ES256", "RS256"]);
const Kid = z.string().regex(/^[\w-]{1,64}$/);

const list = operation("GET /console/keys", {
  operationId: "showKeysInConsole",
  tags: ["pages"],
  summary: "The signing keys, and what each does",
  query: z.object({ done: z.enum(["rotated", "retired"]).optional().catch(undefined) }),
  ...inConsole("system:read"),
  ...page("The keys"),
  ...problems("unavailable"),
});

const askRotate = operation("GET /console/keys/rotate", {
  operationId: "askToRotateKeys",
  tags: ["pages"],
  summary: "What rotating the keys of an algorithm does",
  query: z.object({ alg: Algorithm }),
  ...inConsole("system:write", { fresh: true }),
  ...page("The question"),
  ...problems("not_found", "unavailable"),
});

const rotate = operation("POST /console/keys/rotate", {
  operationId: "rotateKeysInConsole",
  tags: ["pages"],
  summary: "Rotate the keys of an algorithm",
  ...inConsole("system:write", { fresh: true }),
  ...form(z.strictObject({ alg: Algorithm, force: z.literal("on").optional() })),
  ...formPage("Rotated, or the question again"),
  ...problems("not_found", "key_too_young", "invalid_token", "unavailable"),
});

const askRetire = operation("GET /console/keys/retire", {
  operationId: "askToRetireKey",
  tags: ["pages"],
  summary: "What retiring a key does",
  query: z.object({ kid: Kid }),
  ...inConsole("system:write", { fresh: true }),
  ...page("The question"),
  ...problems("not_found", "unavailable"),
});

const retire = operation("POST /console/keys/retire", {
  operationId: "retireKeyInConsole",
  tags: ["pages"],
  summary: "Retire a key at once",
  ...inConsole("system:write", { fresh: true }),
  ...form(z.strictObject({ kid: Kid, confirm: z.string().max(100) })),
  ...formPage("Retired, or the question again"),
  ...problems("not_found", "invalid_token", "unavailable"),
});

/** `GET /console/keys`, and what rotates and retires keys */
export const keysPagesRoute = resource(
  [list, askRotate, rotate, askRetire, retire],
  (app, { keys }: { keys: Keys }) => {
    app.addPage(list, async ({ query: { done }, ...at }) => keysPage(at, await keys.list(), done));
    app.addPage(askRotate, async ({ query: { alg }, ...at }) => rotatePage(at, pairOf(alg, await keys.list())));
    app.addPage(rotate, async ({ body: { alg, force }, actor, ...at }) => {
      try {
        await keys.rotate({ alg, force: force === "on" }, actor());
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "key_too_young") throw error;
        return rotatePage(at, pairOf(alg, await keys.list()), error.status);
      }
      return onward(at.visit, { title: keysTexts[at.visit.language].done.rotated, next: "/console/keys?done=rotated" });
    });
    app.addPage(askRetire, async ({ query: { kid }, ...at }) => retirePage(at, retirable(kid, await keys.list())));
    app.addPage(retire, async ({ body: { kid, confirm }, actor, ...at }) => {
      if (confirm.trim() !== shortKid(kid)) {
        return retirePage(at, { ...retirable(kid, await keys.list()), typed: confirm });
      }
      await keys.retire(kid, actor());
      return onward(at.visit, { title: keysTexts[at.visit.language].done.retired, next: "/console/keys?done=retired" });
    });
  },
);

/** The keys that a rotation changes. @throws {Problem} `not_found` */
function pairOf(alg: KeyListing["alg"], keys: readonly KeyListing[]) {
  const of = (state: string) => keys.find((key) => key.alg === alg && key.state === state);
  const [active, next] = [of("active"), of("next")];
  if (!active || !next) throw new Problem("not_found");
  return { alg, active: active.kid, next: next.kid, isYoung: next.age_seconds < jwksMaxAgeSeconds };
}

/** A key that can be retired, and the one that would sign next. @throws {Problem} `not_found` */
function retirable(kid: string, keys: readonly KeyListing[]): { key: KeyListing; next: string | undefined } {
  const key = keys.find((each) => each.kid === kid && each.state !== "retired");
  if (!key) throw new Problem("not_found");
  return { key, next: keys.find(({ alg, state }) => alg === key.alg && state === "next")?.kid };
}
