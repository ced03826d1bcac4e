import { html, type Markup, nothing } from "../../http/pages/markup.ts";

import type { ExplainedRefusal } from "../../oauth/clients/client_refusals.ts";
import type { RefusalExplanation } from "../../oauth/refusals/refusal_explanation.ts";
import type { RefusalCause } from "../../oauth/refusals/refusal_rules.ts";
import type { UriDifference } from "../../oauth/refusals/uri_difference.ts";
import { table, timeOr } from "../frame/table.ts";
import type { ClientsTexts } from "./clients_texts.ts";
import { type RefusalTexts, refusalTexts } from "./refusal_texts.ts";

/** The client whose refusals are shown, and whether the reader may change it. */
export type Refused = { id: string; service_account_id: string | null; mayChange: boolean };

/** Why requests of a client were refused, and what to do, the newest first. */
export function refusalsSection(
  language: "en" | "de",
  client: Refused,
  refusals: readonly ExplainedRefusal[],
  t: ClientsTexts,
): Markup {
  if (refusals.length === 0) {
    return html`
      <section id="refusals">
        <h2>${t.refusals}</h2>
        <p class="dim">${t.noRefusals}</p>
      </section>
    `;
  }
  const hasPage = refusals.some(({ explanation }) => explanation.error === "page");
  const rows = refusals.map((refusal) => {
    const { explanation: { error }, count, first_at, last_at } = refusal;
    return html`
      <tr>
        <th scope="row">${timeOr(last_at, "")}</th>
        <td>${error === "page" ? t.shownToUser : html`<code>${error}</code>`}</td>
        <td class="say">${explained(language, client, refusal)}</td>
        <td class="n" title="${first_at.toISOString()}">${t.times(count)}</td>
      </tr>
    `;
  });
  return html`<section id="refusals">
<h2 id="refusals-h">${t.refusals}</h2>
${
    table({
      labelledBy: "refusals-h",
      caption: hasPage ? `${t.refusalsAre(refusals.length)} ${t.shownMeans}` : t.refusalsAre(refusals.length),
      columns: [t.lastTime, t.error, t.whyAndWhat, { text: t.howOften, isNumber: true }],
      rows,
      isProse: true,
    })
  }
</section>`;
}

/** One refusal in sentences: what happened, what was sent, and the ways out. */
export function explained(
  language: "en" | "de",
  client: Refused,
  { reason, explanation }: Pick<ExplainedRefusal, "reason" | "explanation">,
): Markup {
  const t = refusalTexts[language];
  const { cause, mended } = explanation;
  const [why, values] = [whyOf(reason, explanation, t), valuesOf(explanation, t)];
  const parts = isNamedFirst(cause) ? [values, " ", why, " "] : [why, " ", values, " "];
  if (mended) return html`${parts}<span class="dim">${t.mended}</span>`;
  return html`${parts}${waysOut(client, explanation, t)}`;
}

/** Whether the value is what the sentence is about, such as a scope. */
const isNamedFirst = (cause: RefusalCause) => !isAddress(cause) && !isSecret(cause);
const isAddress = (cause: RefusalCause) => cause.endsWith("redirect_uri_not_registered");
const isSecret = (cause: RefusalCause) => cause === "secret_wrong" || cause === "secret_expired";

function whyOf(reason: string, { cause, difference }: RefusalExplanation, t: RefusalTexts): string {
  if (cause === "other") return `${reason}.`;
  const { why } = t.causes[cause];
  return isAddress(cause) ? `${why} ${t.differs[difference?.kind ?? "other"]}.` : why;
}

/** What was sent, with the differing characters marked. */
function valuesOf({ cause, value, difference }: RefusalExplanation, t: RefusalTexts): Markup {
  if (value === null) return nothing;
  if (isSecret(cause)) return html`${t.ending(value)}`;
  if (!difference) return html`<code>${value}</code>${isAddress(cause) ? ` ${t.noneRegistered}` : ":"}`;
  if (!isAddress(cause)) return html`<code>${markedSent(difference)}</code>:`;
  const { before, registered_part, after } = difference;
  return html`<br>${t.sent} <code>${markedSent(difference)}</code><br>
${t.registered} <code>${marked(before, registered_part, after)}</code><br>`;
}

/** What was sent; where it lacks characters, those around the gap are marked. */
function markedSent({ before, sent_part, after }: UriDifference): Markup {
  if (sent_part !== "") return marked(before, sent_part, after);
  return marked(before.slice(0, -1), before.slice(-1) + after.slice(0, 1), after.slice(1));
}

function marked(before: string, part: string, after: string): Markup {
  return html`${before}${part === "" ? nothing : html`<mark>${part}</mark>`}${after}`;
}

/** Where the client is changed for a cause, with what would mend it already in the form. */
function waysOut(client: Refused, { cause, value, difference }: RefusalExplanation, t: RefusalTexts): Markup {
  const { application, here } = t.causes[cause];
  if (here === undefined) return html`${application}`;
  const isMistyped = isAddress(cause) && difference?.typing_error;
  const path = client.mayChange ? wayHere(client, cause, value) : undefined;
  const link = path === undefined ? here : html`<a href="${path}">${here}</a>`;
  return html`${isMistyped ? t.mistyped : application}, ${t.or} ${link}.`;
}

function wayHere({ id, service_account_id }: Refused, cause: RefusalCause, value: string | null): string | undefined {
  const client = `/console/clients/${id}`;
  const member = members[cause];
  if (member !== undefined && value !== null) return `${client}/edit?${member}=${encodeURIComponent(value)}`;
  if (isSecret(cause)) return `${client}/secrets/new`;
  if (cause === "scope_not_held") {
    return service_account_id ? `/console/service-accounts/${service_account_id}` : undefined;
  }
  return `${client}/edit`;
}

/** The fields of the form that the value of a refusal belongs into. */
const members: Partial<Record<RefusalCause, string>> = {
  redirect_uri_not_registered: "redirect_uris",
  post_logout_redirect_uri_not_registered: "post_logout_redirect_uris",
  scope_not_allowed: "scopes",
  resource_not_allowed: "resources",
  grant_type_not_allowed: "grant_types",
};
