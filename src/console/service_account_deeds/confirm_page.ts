import type { ServiceAccount } from "../../accounts/service_accounts/service_accounts.ts";
import { type Content, html } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import { confirmPage } from "../frame/confirm.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { accountPath } from "../service_accounts/account_page.ts";
import { deedTexts } from "./deed_texts.ts";
import type { FormRefusal } from "./form_page.ts";

/** What a form that asks needs beside the account, and why the deed was not done. */
export type Asking = {
  revision: string;
  status?: number | undefined;
  note?: readonly string[] | undefined;
  /** What was typed instead of the name. */
  wrong?: string;
};

/** The form of an account in this state, and what was refused. */
export function confirmationOf(revision: string, refusal?: FormRefusal): Asking {
  return { revision, status: refusal?.status, note: refusal?.whole };
}

/** `GET /console/service-accounts/{id}/disable`, `…/enable` */
export function statePage(at: ConsoleVisit, { id, name }: ServiceAccount, disabled: boolean, asking: Asking): Page {
  const t = deedTexts[at.visit.language];
  return confirmPage(at, {
    ...common({ id, name }, asking),
    title: disabled ? t.disableTitle(name) : t.enableTitle(name),
    consequences: [{ text: disabled ? t.disableEffect : t.enableEffect }],
    action: `${accountPath(id)}/${disabled ? "disable" : "enable"}`,
    hidden: { revision: asking.revision },
    button: disabled ? t.disable(name) : t.enable(name),
    isDanger: disabled,
    keep: { href: accountPath(id), text: t.keep(name) },
  });
}

/** `GET /console/service-accounts/{id}/delete` */
export function deletionPage(at: ConsoleVisit, account: ServiceAccount, asking: Asking): Page {
  const t = deedTexts[at.visit.language];
  const { id, name, grants } = account;
  const shared = common(account, asking);
  return confirmPage(at, {
    ...shared,
    about: shared.about ?? t.deleteAbout,
    title: t.deleteTitle(name),
    consequences: [{ text: t.deleteKeys }, { text: t.deleteGrants(grants.length) }],
    action: `${accountPath(id)}/delete`,
    hidden: { revision: asking.revision },
    button: t.delete(name),
    keep: { href: accountPath(id), text: t.keep(name) },
    typed: { word: name, wrong: asking.wrong },
  });
}

/** `GET /console/service-accounts/{id}/revoke` */
export function revocationPage(
  at: ConsoleVisit,
  { id, name }: ServiceAccount,
  role: string,
  refusal?: FormRefusal,
): Page {
  const t = deedTexts[at.visit.language];
  return confirmPage(at, {
    ...common({ id, name }, confirmationOf("", refusal)),
    title: t.revokeTitle(role, name),
    consequences: [{ text: t.revokeEffect }],
    action: `${accountPath(id)}/revoke`,
    hidden: { role },
    button: t.revoke(role),
    keep: { href: accountPath(id), text: t.keep(role) },
  });
}

/** What every page that asks about an account has. */
export function common({ id, name }: { id: string; name: string }, { note, status }: Omit<Asking, "revision">) {
  const about: Content | undefined = note && html`<strong class="bad sign">${note[0]!}</strong> ${note[1]!}`;
  return {
    section: "service_accounts" as const,
    crumbs: [{ href: accountPath(id), text: name }],
    ...(about && { about }),
    ...(status !== undefined && { status }),
  };
}
