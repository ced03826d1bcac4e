import { z } from "@hono/zod-openapi";
import type { OwnFactors } from "../../accounts/factors/own_factors.ts";
import type { OwnProof } from "../../accounts/factors/ownership_proof.ts";
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
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { type Refusal, refusalOf } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";
import { factorTexts } from "./factor_texts.ts";
import { factorsPage, nameField, proofPage } from "./factors_page.ts";
import { recoveryCodesPage, setupPage } from "./setup_page.ts";

const tags: ["pages"] = ["pages"];
const path = "/account/factors";
const proofMembers = { current_password: z.string().optional(), code: z.string().max(100).optional() };
const refusals = [
  ...["wrong_password", "wrong_factor", "factor_required", "not_found", "no_factor"],
  ...["rate_limited", "overloaded", "invalid_token", "unavailable"],
] as const;

/** Each form asks for a code where the user has a factor. */
const freshlySignedIn = { ...signedInBrowser, ...freshWithProof };

const show = operation(`GET ${path}`, {
  operationId: "showFactors",
  tags,
  summary: "See your second factors",
  query: z.object({ done: z.enum(["added", "removed"]).optional().catch(undefined) }),
  ...signedInBrowser,
  ...page("The factors"),
  ...problems("unavailable"),
});

const showAdd = operation(`GET ${path}/add`, {
  operationId: "showFactorForm",
  tags,
  summary: "Add an authenticator app",
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
  query: z.object({ id: Id }),
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

type FactorsDeps = { ownFactors: OwnFactors };

/** `GET /account/factors`, and `add`, `confirm`, `remove` and `codes` below it */
export const factorsRoute = resource(
  [show, showAdd, add, confirm, showRemoval, remove, showRenewal, renew],
  (app, { ownFactors }: FactorsDeps) => {
    app.addPage(
      show,
      async ({ visit, caller, query: { done } }) =>
        factorsPage(visit, caller, await ownFactors.list(caller.user.id), done),
    );

    app.addPage(showAdd, ({ visit, caller }) => addPage(visit, caller));
    app.addPage(add, async ({ visit, caller, body: { name, ...proof }, actor }) => {
      const attempt = async () => {
        const created = await ownFactors.enrolTotp(caller, name, proofOf(proof), actor());
        return setupPage(visit, caller, { id: created.id, created });
      };
      return await attempt().catch((error) =>
        refusedBy(visit, error, (refused) => addPage(visit, caller, name, refused))
      );
    });
    app.addPage(confirm, async ({ visit, caller, body: { id, code }, actor }) => {
      const attempt = async () => {
        const codes = await ownFactors.confirmTotp(caller, id, code, actor());
        if (codes) return recoveryCodesPage(visit, caller, codes, true);
        return onward(visit, { title: factorTexts[visit.language].added[0], next: `${path}?done=added` });
      };
      return await attempt().catch((error) =>
        refusedBy(visit, error, (refused) => setupPage(visit, caller, { id, refused }))
      );
    });

    app.addPage(showRemoval, ({ visit, caller, query: { id } }) => removalPage(visit, caller, id));
    app.addPage(remove, async ({ visit, caller, body: { id, ...proof }, actor }) => {
      const attempt = async () => {
        await ownFactors.remove(caller, id, proofOf(proof), actor());
        return onward(visit, { title: factorTexts[visit.language].removed[0], next: `${path}?done=removed` });
      };
      return await attempt().catch((error) =>
        refusedBy(visit, error, (refused) => removalPage(visit, caller, id, refused))
      );
    });

    app.addPage(showRenewal, ({ visit, caller }) => renewalPage(visit, caller));
    app.addPage(renew, async ({ visit, caller, body, actor }) => {
      const attempt = async () => {
        const codes = await ownFactors.renewRecoveryCodes(caller, proofOf(body), actor());
        return recoveryCodesPage(visit, caller, codes, false);
      };
      return await attempt().catch((error) =>
        refusedBy(visit, error, (refused) => renewalPage(visit, caller, refused))
      );
    });

    async function hasFactor({ user }: BrowserCaller): Promise<boolean> {
      return (await ownFactors.list(user.id)).items.length > 0;
    }

    async function addPage(visit: Visit, caller: BrowserCaller, name?: string, refused?: Refusal): Promise<Page> {
      const t = factorTexts[visit.language];
      return proofPage(visit, caller, {
        title: t.addApp,
        about: t.addAppAbout,
        button: t.goOn,
        keep: t.later,
        action: `${path}/add`,
        isFactorAsked: await hasFactor(caller),
        more: nameField(visit, name ?? t.defaultName, refused),
        refused,
      });
    }

    async function removalPage(visit: Visit, caller: BrowserCaller, id: string, refused?: Refusal): Promise<Page> {
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
        isFactorAsked: true,
        danger: true,
        refused,
      });
    }

    async function renewalPage(visit: Visit, caller: BrowserCaller, refused?: Refusal): Promise<Page> {
      const t = factorTexts[visit.language];
      const isFactorAsked = await hasFactor(caller);
      const about = isFactorAsked ? t.newCodesAbout : t.isOff;
      const texts = { title: t.newCodes, about, button: t.showCodes, keep: t.keepCodesAsTheyAre };
      return proofPage(visit, caller, { ...texts, action: `${path}/codes`, isFactorAsked, refused });
    }
  },
);

/** Six digits are a code of an app, everything else is a recovery code. */
function proofOf(
  { current_password, code }: { current_password?: string | undefined; code?: string | undefined },
): OwnProof {
  if (code === undefined) return { current_password };
  const type = code.replaceAll(/\s/g, "").length === 6 ? "totp" : "recovery_code";
  return { current_password, factor: { type, code } };
}

/** The form again, with what was wrong; an error that it has no place for goes on. */
async function refusedBy(
  visit: Visit,
  error: unknown,
  again: (refused: Refusal) => Page | Promise<Page>,
): Promise<Page> {
  const t = factorTexts[visit.language];
  const texts = accountTexts[visit.language];
  const refused = refusalOf(error, texts, {
    wrong_password: { field: "current_password", text: texts.wrongPassword },
    wrong_factor: { field: "code", text: t.wrongCode.join(" ") },
    last_factor: { field: "code", text: t.lastFactor },
    factor_name_taken: { field: "name", text: t.nameTaken },
  });
  if (!refused) throw error;
  return await again(refused);
}
