import { z } from "@hono/zod-openapi";
import type { OwnFactors } from "../../accounts/factors/own_factors.ts";
import type { OwnPasskeys } from "../../accounts/factors/own_passkeys.ts";
import { form, formPage, Id, operation, page, problems, signedInBrowser } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { onward } from "../../http/pages/frame.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { BrowserCaller } from "../../vocabulary/actor.ts";
import { passkeyAttestation } from "../../vocabulary/passkey_json.ts";
import { Problem } from "../../vocabulary/problems.ts";
import { credential } from "../passkeys/credential.ts";
import { passkeyTexts } from "../passkeys/passkey_texts.ts";
import { type Refusal, refusalOf } from "../texts/refusal.ts";
import { accountTexts } from "../texts/texts.ts";
import { factorTexts } from "./factor_texts.ts";
import { ByQuery, freshlySignedIn } from "./factors_route.ts";
import { createPasskeyPage, passkeyNameField, passkeyRefusedPage, renamePasskeyPage } from "./passkeys_page.ts";
import { askedProof, proofMembers, proofOf } from "./proof.ts";
import { askAgain, proofPage } from "./proof_page.ts";
import { recoveryCodesPage } from "./setup_page.ts";

const tags: ["pages"] = ["pages"];
const path = "/account/factors/passkeys";
const name = z.string().max(100);

const showAdd = operation(`GET ${path}/add`, {
  operationId: "showPasskeyForm",
  tags,
  summary: "Add a passkey",
  query: z.object(ByQuery),
  ...freshlySignedIn,
  ...page("The form"),
  ...problems("unavailable"),
});

const add = operation(`POST ${path}/add`, {
  operationId: "addPasskeyOfAccount",
  tags,
  summary: "Ask the browser for a new passkey",
  ...freshlySignedIn,
  ...form(z.strictObject({ name: name.default(""), ...proofMembers })),
  ...formPage("What the browser is asked"),
  ...problems(
    "wrong_password",
    "wrong_factor",
    "factor_required",
    "email_unverified",
    "factor_name_taken",
    "rate_limited",
    "overloaded",
    "invalid_token",
    "unavailable",
  ),
});

const create = operation(`POST ${path}/create`, {
  operationId: "createPasskeyOfAccount",
  tags,
  summary: "Add the passkey that the browser has created",
  ...freshlySignedIn,
  ...form(z.strictObject({ challenge_id: Id, credential: credential(passkeyAttestation) })),
  ...formPage("Added; with the first factor, the recovery codes, shown once"),
  ...problems(
    "passkey_refused",
    "passkey_taken",
    "factor_name_taken",
    "too_many_factors",
    "factor_required",
    "invalid_token",
    "unavailable",
  ),
});

const showRename = operation(`GET ${path}/rename`, {
  operationId: "showPasskeyRename",
  tags,
  summary: "Rename a passkey",
  query: z.object({ id: Id }),
  ...signedInBrowser,
  ...page("The form"),
  ...problems("not_found", "unavailable"),
});

const rename = operation(`POST ${path}/rename`, {
  operationId: "renamePasskeyOfAccount",
  tags,
  summary: "Rename a passkey",
  ...signedInBrowser,
  ...form(z.strictObject({ id: Id, name: name.min(1) })),
  ...formPage("Renamed"),
  ...problems("not_found", "factor_name_taken", "invalid_token", "unavailable"),
});

type PasskeysDeps = { ownFactors: OwnFactors; ownPasskeys: OwnPasskeys };

/** `GET|POST /account/factors/passkeys/add`, `POST …/create`, `GET|POST …/rename` */
export const passkeysRoute = resource([showAdd, add, create, showRename, rename], (app, deps: PasskeysDeps) => {
  const { ownPasskeys } = deps;

  app.addPage(showAdd, ({ visit, caller, query: { by } }) => addPage(visit, caller, { by }));
  app.addPage(add, async ({ visit, caller, body: { name, ...proof }, actor }) => {
    const attempt = async () => {
      const setup = await ownPasskeys.begin(caller, name || undefined, proofOf(proof), actor());
      return createPasskeyPage(visit, caller, setup);
    };
    return await attempt().catch((error) =>
      askAgain(visit, error, proof, (refused, by) => addPage(visit, caller, { name, by, refused }))
    );
  });

  app.addPage(create, async ({ visit, caller, body, actor }) => {
    const [t, texts] = [passkeyTexts[visit.language], factorTexts[visit.language]];
    const { challenge_id, credential: attestation } = body;
    const next = "/account/factors?done=passkey_added";
    try {
      const { recovery_codes } = await ownPasskeys.finish(caller, { challenge_id, attestation }, actor());
      if (!recovery_codes) return onward(visit, { title: t.added[0], next });
      return recoveryCodesPage(visit, caller, { codes: recovery_codes, about: texts.keepCodes, next });
    } catch (error) {
      const passkey = (text: string) => ({ field: "passkey", text });
      const refused = refusalOf(error, accountTexts[visit.language], {
        passkey_refused: passkey(t.refused.join(" ")),
        passkey_taken: passkey(t.haveOne.join(" ")),
        factor_name_taken: passkey(t.nameTaken),
        too_many_factors: passkey(t.tooMany),
      });
      if (!refused?.errors.passkey) throw error;
      return passkeyRefusedPage(visit, caller, refused);
    }
  });

  app.addPage(
    showRename,
    async ({ visit, caller, query: { id } }) => renamePasskeyPage(visit, caller, await passkeyOf(caller, id)),
  );
  app.addPage(rename, async ({ visit, caller, body: { id, name }, actor }) => {
    const t = passkeyTexts[visit.language];
    try {
      await ownPasskeys.rename(caller.user.id, id, name, actor());
      return onward(visit, { title: t.renamed[0], next: "/account/factors?done=passkey_renamed" });
    } catch (error) {
      const taken = { field: "name", text: t.nameTaken };
      const refused = refusalOf(error, accountTexts[visit.language], { factor_name_taken: taken });
      if (!refused) throw error;
      return renamePasskeyPage(visit, caller, { ...await passkeyOf(caller, id), typed: name, refused });
    }
  });

  async function passkeyOf({ user }: BrowserCaller, id: string): Promise<{ id: string; name: string }> {
    const found = (await ownPasskeys.list(user.id)).find((each) => each.id === id);
    if (!found) throw new Problem("not_found", { detail: "There is no such passkey." });
    return { id, name: found.name };
  }

  async function addPage(
    visit: Visit,
    caller: BrowserCaller,
    { name, by, refused }: { name?: string; by?: "code" | "passkey" | undefined; refused?: Refusal },
  ) {
    const t = passkeyTexts[visit.language];
    return proofPage(visit, caller, {
      title: t.add,
      about: t.addAbout,
      button: t.goOn,
      keep: t.later,
      action: `${path}/add`,
      asked: await askedProof(deps, caller.user.id, by),
      more: passkeyNameField(visit, name, refused),
      refused,
    });
  }
});
