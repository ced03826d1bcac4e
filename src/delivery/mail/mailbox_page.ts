import { desk } from "../../http/pages/frame.ts";
import { html, type Markup, nothing } from "../../http/pages/markup.ts";
import type { Page } from "../../http/pages/page_answer.ts";
import type { Visit } from "../../http/pages/visit.ts";
import type { KeptMail } from "./mailbox.ts";

/** The page of the development mailbox, which is in English as its reader is a developer. */
export function mailboxPage(visit: Visit, mails: readonly KeptMail[]): Page {
  const main = html`
    <h1>Mailbox</h1>
    <p
      class="note">Mail is kept here and not sent, because no mail server is configured. Only this machine can open this page.
    To send mail, set <code>SENTINEL_SMTP_URL</code>.</p>
    <p>${mails.length === 0 ? "There are no mails yet." : `The last ${mails.length}, the newest first.`}</p>
    ${mails.map(article)}
  `;
  const links = [{ href: "/dev/mailbox", text: "Mailbox", isCurrent: true }, { href: "/docs", text: "API reference" }];
  const me = html`<a href="/">Start page</a>`;
  const look = { ...visit, language: "en" as const };
  return { kind: "page", html: desk(look, { title: "Mailbox", main, area: "Development", links, me }) };
}

function article({ id, subject, to, date, code, link, text }: KeptMail): Markup {
  const time = date.toISOString();
  return html`<article aria-labelledby="m${id}">
<h2 id="m${id}">${subject}</h2>
<dl class="facts">
<div><dt>To</dt><dd>${to}</dd></div>
<div><dt>Time</dt><dd><time datetime="${time}">${time.slice(0, 19).replace("T", " ")}</time></dd></div>
${
    code === undefined ? nothing : html`
      <div>
        <dt>Code</dt>
        <dd><code>${code}</code></dd>
      </div>
    `
  }
</dl>
${
    link === undefined
      ? nothing
      : html`<p class="actions"><a class="button primary" href="${link}">Open the link</a></p>`
  }
<pre role="group" tabindex="0" aria-labelledby="m${id}">${text}</pre>
</article>`;
}
