import type { ServiceAccount } from "../../accounts/service_accounts/service_accounts.ts";
import type { ApiKeyRow, IssuedKey } from "../../credentials/api_keys/api_keys.ts";
import { html, timeText } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { confirmPage } from "../frame/confirm.ts";
import { consoleDesk, type ConsoleVisit } from "../frame/console_desk.ts";
import { select } from "../frame/filters.ts";
import { accountPath } from "../service_accounts/account_page.ts";
import { common, confirmationOf } from "./confirm_page.ts";
import { deedTexts } from "./deed_texts.ts";
import { accountFormPage, type FormRefusal, plainField } from "./form_page.ts";

/** What is typed of a new key. `days` is a number or `never`. */
export type KeySketch = { name: string; scopes: string[]; days: string };

/** `GET /console/service-accounts/{id}/new-key` */
export function newKeyPage(
  at: ConsoleVisit,
  { account: { id, name }, sketch, lifetimes, refusal }: {
    account: ServiceAccount;
    sketch: KeySketch;
    lifetimes: readonly (number | null)[];
    refusal?: FormRefusal;
  },
): Page {
  const t = deedTexts[at.visit.language];
  const { fields: errors = {} } = refusal ?? {};
  const path = accountPath(id);
  const options = lifetimes.map((days) =>
    days === null ? { value: "never", text: t.neverEnds } : { value: String(days), text: t.dayCount(days) }
  );
  const scopes = sketch.scopes.join(" ");
  return accountFormPage(at, {
    title: t.newKeyTitle(name),
    action: `${path}/new-key`,
    fields: [
      plainField({
        id: "name",
        label: t.keyName,
        value: sketch.name,
        hint: t.keyNameHint,
        isRequired: true,
        error: errors.name,
      }),
      plainField({ id: "scopes", label: t.scopes, value: scopes, hint: t.scopesHint, error: errors.scopes }),
      html`<p class="field"><label for="days">${t.days}</label>${select("days", sketch.days, options)}</p>`,
    ],
    button: t.createKey,
    keep: { href: `${path}#api-keys`, text: t.keepKeys },
    crumbs: [{ href: path, text: name }],
    refusal,
  });
}

/** The key with its new secret, which this page shows once. */
export function issuedPage(at: ConsoleVisit, account: ServiceAccount, { row, secret }: IssuedKey): Page {
  const t = deedTexts[at.visit.language];
  const path = accountPath(account.id);
  const main = html`
    <h1>${t.issuedTitle}</h1>
    <p>${t.issuedAbout(row.name)}</p>
    <div
      class="note bar"><code id="key">${secret}</code> <button type="button" data-copy="#key" data-done="${t
        .copied}" hidden>${t.copy}</button></div>
    <p>${t.sendIt}</p>
    <pre role="group" aria-label="${t.sendIt}" tabindex="0">Authorization: Bearer ${secret}</pre>
    <p class="actions"><a class="button primary" href="${path}#api-keys">${t.stored}</a></p>
  `;
  const crumbs = [{ href: path, text: account.name }];
  return consoleDesk(at, { section: "service_accounts", title: t.issuedTitle, main, crumbs, isTask: true });
}

/** `GET /console/service-accounts/{id}/rotate-key`, `…/revoke-key` */
export function keyDeedPage(
  at: ConsoleVisit,
  deed: "rotate" | "revoke",
  { account, key, refusal }: { account: ServiceAccount; key: ApiKeyRow; refusal?: FormRefusal },
): Page {
  const t = deedTexts[at.visit.language];
  const { name, last_used_at } = key;
  const path = accountPath(account.id);
  const used = last_used_at ? html`${t.usedAt} ${timeText(last_used_at)} UTC` : t.neverUsed;
  const isRotation = deed === "rotate";
  return confirmPage(at, {
    ...common(account, confirmationOf("", refusal)),
    title: isRotation ? t.rotateTitle(name) : t.revokeKeyTitle(name),
    consequences: [
      ...(isRotation ? [{ text: t.rotateEffect }, { text: t.rotateOverlap }] : [{ text: t.revokeKeyEffect }]),
      { text: used },
    ],
    action: `${path}/${deed}-key`,
    hidden: { key: key.id },
    button: isRotation ? t.rotate(name) : t.revokeKey(name),
    isDanger: !isRotation,
    keep: { href: `${path}#api-keys`, text: t.keepKey(name) },
  });
}
