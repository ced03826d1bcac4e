import { note } from "../../http/pages/form.ts";
import { html, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { ClientSecret } from "../../oauth/clients/client_secrets.ts";
import type { OAuthClient } from "../../oauth/clients/clients.ts";
import { confirmPage } from "../frame/confirm.ts";
import type { ConsoleVisit } from "../frame/console_desk.ts";
import { select } from "../frame/filters.ts";
import { changeTexts } from "./change_texts.ts";
import { minuteOf, ofClient } from "./client_deeds_page.ts";
import type { Refused } from "./form_errors.ts";

const overlapDefault = "86400";

/** `GET|POST /console/clients/{id}/secrets/new` */
export function createSecretPage(
  at: ConsoleVisit,
  client: OAuthClient,
  secrets: readonly ClientSecret[],
  refused?: Refused,
): Page {
  const t = changeTexts[at.visit.language];
  const options = Object.entries(t.overlaps).map(([value, text]) => ({ value, text }));
  const latest = secrets[0];
  const overlap = html`<p class="field"><label for="overlap">${t.overlap}</label>${
    select("overlap", overlapDefault, options)
  }${latest ? html`<small>${usedText(latest, t)}</small>` : nothing}</p>`;
  return confirmPage(at, {
    ...ofClient(client),
    ...(refused && { status: refused.status }),
    title: t.createSecretTitle(client.name),
    ...(refused?.whole !== undefined && { about: note("whole", "bad", refused.whole) }),
    consequences: [{ text: t.createEffects }],
    action: `/console/clients/${client.id}/secrets/new`,
    hidden: {},
    fields: overlap,
    button: t.createSecret,
    isDanger: false,
    keep: { href: `/console/clients/${client.id}`, text: t.keepSecrets },
  });
}

/** `GET /console/clients/{id}/secrets/revoke` */
export function revokeSecretPage(at: ConsoleVisit, client: OAuthClient, secret: ClientSecret): Page {
  const t = changeTexts[at.visit.language];
  return confirmPage(at, {
    ...ofClient(client),
    title: t.revokeTitle(secret.hint),
    about: usedText(secret, t),
    consequences: [{ text: t.revokeEffects }],
    action: `/console/clients/${client.id}/secrets/revoke`,
    hidden: { secret_id: secret.id },
    button: t.revoke,
    keep: { href: `/console/clients/${client.id}`, text: t.keepSecret },
  });
}

function usedText({ last_used_at }: ClientSecret, t: (typeof changeTexts)["en"]): string {
  return last_used_at ? t.lastUsedAt(minuteOf(last_used_at)) : t.neverUsed;
}
