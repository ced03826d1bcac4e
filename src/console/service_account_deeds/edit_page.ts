import type { ServiceAccount } from "../../accounts/service_accounts/service_accounts.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { accountPath } from "../service_accounts/account_page.ts";
import { deedTexts } from "./deed_texts.ts";
import { accountFormPage, type FormRefusal, plainField } from "./form_page.ts";

/** `GET /console/new-service-account` */
export function newAccountPage(
  at: ConsoleVisit,
  { name, description, roles }: { name: string; description: string; roles: string[] },
  refusal?: FormRefusal,
): Page {
  const t = deedTexts[at.visit.language];
  const { fields: errors = {} } = refusal ?? {};
  return accountFormPage(at, {
    title: t.createTitle,
    about: t.createAbout,
    action: "/console/new-service-account",
    fields: [
      plainField({ id: "name", label: t.name, value: name, hint: t.nameHint, isRequired: true, error: errors.name }),
      plainField({ id: "description", label: t.description, value: description }),
      plainField({ id: "roles", label: t.roles, value: roles.join(" "), hint: t.rolesHint, error: errors.roles }),
    ],
    button: t.create,
    keep: { href: "/console/service-accounts", text: t.createNone },
    crumbs: [],
    refusal,
  });
}

/** `GET /console/service-accounts/{id}/change` */
export function changeAccountPage(
  at: ConsoleVisit,
  { account, typed = account, revision, refusal }: {
    account: ServiceAccount;
    typed?: { name: string; description: string };
    revision: string;
    refusal?: FormRefusal;
  },
): Page {
  const t = deedTexts[at.visit.language];
  const { fields: errors = {} } = refusal ?? {};
  const { name, description } = typed;
  const path = accountPath(account.id);
  return accountFormPage(at, {
    title: t.changeTitle(account.name),
    action: `${path}/change`,
    fields: [
      plainField({ id: "name", label: t.name, value: name, hint: t.nameHint, isRequired: true, error: errors.name }),
      plainField({ id: "description", label: t.description, value: description }),
    ],
    hidden: { revision },
    button: t.save,
    keep: { href: path, text: t.keep(account.name) },
    crumbs: [{ href: path, text: account.name }],
    refusal,
  });
}

/** `GET /console/service-accounts/{id}/grant` */
export function grantPage(
  at: ConsoleVisit,
  { account: { id, name }, typed, revision, refusal }: {
    account: ServiceAccount;
    typed: { role: string; expires: string };
    revision: string;
    refusal?: FormRefusal;
  },
): Page {
  const t = deedTexts[at.visit.language];
  const { fields: errors = {} } = refusal ?? {};
  const path = accountPath(id);
  const expires = { id: "expires", label: t.expires, hint: t.expiresHint, error: errors.expires };
  return accountFormPage(at, {
    title: t.grantTitle(name),
    action: `${path}/grant`,
    fields: [
      plainField({ id: "role", label: t.role, value: typed.role, isRequired: true, error: errors.role }),
      plainField({ ...expires, value: typed.expires, more: { type: "date" } }),
    ],
    hidden: { revision },
    button: t.grant,
    keep: { href: path, text: t.keep(name) },
    crumbs: [{ href: path, text: name }],
    refusal,
  });
}
