import { z } from "@hono/zod-openapi";
import type { OwnFactors } from "../../accounts/factors/own_factors.ts";
import type { OwnPasskeys } from "../../accounts/factors/own_passkeys.ts";
import type { Passkeys } from "../../credentials/passkeys/passkeys.ts";
import {
  form,
  formPage,
  freshWithProof,
  Id,
  operation,
  page,
  problems,
  signedInBrowser,
} from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import type { Refusal } from "../texts/refusal.ts";
import { factorTexts } from "./factor_texts.ts";
import { factorsPage, nameField, type WaysToSignIn } from "./factors_page.ts";
import { askedProof, proofMembers, proofOf } from "./proof.ts";
import { askAgain, proofPage } from "./proof_page.ts";
import { recoveryCodesPage, setupPage } from "./setup_page.ts";

const tags: ["pages"] = ["pages"];
const path = "/account/factors";
/** What a page of a proof may be asked by instead of the usual. */
export const ByQuery = { by: z.enum(["code", "passkey"]).optional().catch(undefined) };

const refusals = [
  ...["wrong_password", "wrong_factor", "factor_required", "not_found", "no_factor"],
  ...["rate_limited", "overloaded", "invalid_token", "unavailable"],
] as const;

/** Each form asks for a code where the user has a factor. */
export const freshlySignedIn = { ...signedInBrowser, ...freshWithProof };

const show = operation(`GET ${path}`, {
  operationId: "showFactors",
  tags,
  summary: "See your second factors",
  query: z.object({
    done: z.enum(["added", "removed", "passkey_added", "passkey_renamed"]).optional().catch(undefined),
  }),
  ...signedInBrowser,
  ...page("The factors"),
  ...problems("unavailable"),
});

const showAdd = operation(`GET ${path}/add`, {
  operationId: "showFactorForm",
  tags,
  summary: "Add an authenticator app",
  query: z.object(ByQuery),
  ...freshlySignedIn,
  ...page("The form"),
  ...problems("unavailable"),
});

const add = operation(`POST ${path}/add`, {
  operationId: "addFactorOfAccount",
  tags,
  summary: "Show the secret of a new authenticator app",
  ...freshlySignedIn,
  ...form(z.strictObject({ name: z.string().min(1).max(100), ...proofMembers })),
  ...formPage("The secret, shown once"),
  ...problems("email_unverified", "factor_name_taken", "too_many_factors", ...refusals),
});

const confirm = operation(`POST ${path}/confirm`, {
  operationId: "confirmFactorOfAccount",
  tags,
  summary: "Confirm an authenticator app with its first code",
  ...freshlySignedIn,
  ...form(z.strictObject({ id: Id, code: z.string().max(100) })),
  ...formPage("Confirmed; with the first factor, the recovery codes, shown once"),
  ...problems(...refusals),
});

const showRemoval = operation(`GET ${path}/remove`, {
  operationId: "showFactorRemoval",
  tags,
  summary: "Ask whether to remove a second factor",
  query: z.object({ id: Id, ...ByQuery }),
  ...freshlySignedIn,
  ...page("The form"),
  ...problems("not_found", "unavailable"),
});

const remove = operation(`POST ${path}/remove`, {
  operationId: "removeFactorOfAccount",
  tags,
  summary: "Remove a second factor",
  ...freshlySignedIn,
  ...form(z.strictObject({ id: Id, ...proofMembers })),
  ...formPage("Removed"),
  ...problems("last_factor", ...refusals),
});

const showRenewal = operation(`GET ${path}/codes`, {
  operationId: "showRecoveryCodesForm",
  tags,
  summary: "Ask whether to replace your recovery codes",
  query: z.object(ByQuery),
  ...freshlySignedIn,
  ...page("The form"),
  ...problems("unavailable"),
});

const renew = operation(`POST ${path}/codes`, {
  operationId: "renewRecoveryCodesOfAccount",
  tags,
  summary: "Replace your recovery codes",
  ...freshlySignedIn,
  ...form(z.strictObject(proofMembers)),
  ...formPage("The codes, shown once"),
  ...problems(...refusals),
});

type FactorsDeps = { ownFactors: OwnFactors; ownPasskeys: OwnPasskeys; passkeys: Passkeys };

/** `GET /account/factors`, and `add`, `confirm`, `remove` and `codes` below it */
export const factorsRoute = resource(
  [show, showAdd, add, confirm, showRemoval, remove, showRenewal, renew],
  (app, deps: FactorsDeps) => {
    const { ownFactors } = deps;

    app.addPage(
      show,
      async ({ visit, caller, query: { done } }) =>
        factorsPage(visit, caller, await waysOf(deps, caller.user.id), done),
    );

    app.addPage(showAdd, ({ visit, caller, query: { by } }) => addPage(visit, caller, { by }));
    app.addPage(add, async ({ visit, caller, body: { name, ...proof }, actor }) => {
      const attempt = async () => {
        const created = await ownFactors.enrolTotp(caller, name, proofOf(proof), actor());
        return setupPage(visit, caller, { id: created.id, created });
      };
      return await attempt().catch((error) =>
        askAgain(visit, error, proof, (refused, by) => addPage(visit, caller, { name, by, refused }))
      );
    });
    app.addPage(confirm, async ({ visit, caller, body: { id, code }, actor }) => {
      const attempt = async () => {
        const codes = await ownFactors.confirmTotp(caller, id, code, actor());
        const next = `${path}?done=added`;
        if (codes) {
          return recoveryCodesPage(visit, caller, { codes, about: factorTexts[visit.language].keepCodes, next });
        }
        return onward(visit, { title: factorTexts[visit.language].added[0], next });
      };
      return await attempt().catch((error) =>
        askAgain(visit, error, { code }, (refused) => setupPage(visit, caller, { id, refused }))
      );
    });

    app.addPage(showRemoval, ({ visit, caller, query }) => removalPage(visit, caller, query));
    app.addPage(remove, async ({ visit, caller, body: { id, ...proof }, actor }) => {
      const attempt = async () => {
        await ownFactors.remove(caller, id, proofOf(proof), actor());
        return onward(visit, { title: factorTexts[visit.language].removed[0], next: `${path}?done=removed` });
      };
      return await attempt().catch((error) =>
        askAgain(visit, error, proof, (refused, by) => removalPage(visit, caller, { id, by, refused }))
      );
    });

    app.addPage(showRenewal, ({ visit, caller, query }) => renewalPage(visit, caller, query));
    app.addPage(renew, async ({ visit, caller, body, actor }) => {
      const attempt = async () => {
        const codes = await ownFactors.renewRecoveryCodes(caller, proofOf(body), actor());
        return recoveryCodesPage(visit, caller, { codes, about: factorTexts[visit.language].keepNewCodes, next: path });
      };
      return await attempt().catch((error) =>
        askAgain(visit, error, body, (refused, by) => renewalPage(visit, caller, { by, refused }))
      );
    });

    async function addPage(visit: Visit, caller: BrowserCaller, { name, by, refused }: Again & { name?: string }) {
      const t = factorTexts[visit.language];
      return proofPage(visit, caller, {
        title: t.addApp,
        about: t.addAppAbout,
        button: t.goOn,
        keep: t.later,
        action: `${path}/add`,
        asked: await askedProof(deps, caller.user.id, by),
        more: nameField(visit, name ?? t.defaultName, refused),
        refused,
      });
    }

    async function removalPage(visit: Visit, caller: BrowserCaller, { id, by, refused }: Again & { id: string }) {
      const t = factorTexts[visit.language];
      const { items } = await ownFactors.list(caller.user.id);
      const factor = items.find((each) => each.id === id);
      if (!factor) throw new Problem("not_found", { detail: "There is no such factor." });
      return proofPage(visit, caller, {
        title: t.removeTitle(factor.name),
        about: items.length > 1 ? t.removeAbout : t.removeLastAbout,
        button: t.removeNamed(factor.name),
        keep: t.keepNamed(factor.name),
        action: `${path}/remove`,
        id,
        asked: await askedProof(deps, caller.user.id, by),
        isDanger: true,
        refused,
      });
    }

    async function renewalPage(visit: Visit, caller: BrowserCaller, { by, refused }: Again) {
      const t = factorTexts[visit.language];
      const asked = await askedProof(deps, caller.user.id, by);
      const about = asked.kind === "password" ? t.isOff : t.newCodesAbout;
      const texts = { title: t.newCodes, about, button: t.showCodes, keep: t.keepCodesAsTheyAre };
      return proofPage(visit, caller, { ...texts, action: `${path}/codes`, asked, refused });
    }
  },
);

/** How the user prefers to prove it, and why the form before was refused. */
type Again = { by?: "code" | "passkey" | undefined; refused?: Refusal | undefined };

/** The ways to sign in of the user. */
export async function waysOf(
  { ownFactors, ownPasskeys, passkeys }: FactorsDeps,
  userId: string,
): Promise<WaysToSignIn> {
  const held = await ownFactors.list(userId);
  const own = held.items.some(({ kind }) => kind === "passkey") ? await ownPasskeys.list(userId) : [];
  const synced = new Set(own.filter(({ backed_up }) => backed_up).map(({ id }) => id));
  return { held, synced, hasPasskeys: passkeys.isAvailable };
}
