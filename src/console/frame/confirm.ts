import { form } from "../../http/pages/form.ts";
import { attributes, type Content, html, type Markup, nothing } from "../../http/pages/markup.ts";
import { consoleTexts } from "./frame_texts.ts";
import { consoleDesk, type ConsolePage, type ConsoleVisit } from "./console_desk.ts";

/** A deed that a page asks for before it is done. */
export interface Confirmation extends Pick<ConsolePage, "section" | "status" | "crumbs"> {
  /** The question, with the verb and the thing: “Delete user hedy?” */
  title: string;
  /** What cannot be undone, and what to do instead. */
  about?: Content;
  /** What will happen, with numbers, each perhaps with a link. */
  consequences: readonly { text: Content; link?: Content }[];
  /** Where the form is sent. */
  action: string;
  /** Members of the form that the reader does not see, such as the revision of the thing. */
  hidden: Readonly<Record<string, string>>;
  /** The fields above the buttons. */
  fields?: Markup;
  /** The button, which repeats the verb and the thing. */
  button: string;
  /** Whether the button destroys something. */
  isDanger?: boolean;
  /** The way back: it says what stays. */
  keep: { href: string; text: string };
  /** A word that the reader must type, and what was typed instead of it. */
  typed?: { word: string; wrong: string | undefined };
}

/** The page that names the effect of a deed and asks for it. */
export function confirmPage(at: ConsoleVisit, confirmation: Confirmation): ReturnType<typeof consoleDesk> {
  const { visit } = at;
  const t = consoleTexts[visit.language];
  const { section, title, about, consequences, action, hidden, fields, button, isDanger = true, keep } = confirmation;
  const members = Object.entries(hidden).map(([name, value]) =>
    html`<input type="hidden" name="${name}" value="${value}">`
  );
  const content = html`
    ${typedField(at, confirmation)}${fields ?? nothing}
    <p
      class="actions"><button class="${isDanger
        ? "danger"
        : "primary"}">${button}</button> <a class="button" href="${keep.href}">${keep.text}</a></p>
    ${members}
  `;
  const rows = consequences.map(({ text, link }) =>
    html`<li class="bar"><span>${text}</span>${
      link === undefined ? nothing : html`
        ${link}
      `
    }</li>`
  );
  const main = html`<h1>${title}</h1>
${about === undefined ? nothing : html`<p>${about}</p>`}
${
    rows.length === 0 ? nothing : html`
      <section>
        <h2 id="happens">${t.whatWillHappen}</h2>
        <ul class="list">${rows}</ul>
      </section>
    `
  }
${form(visit, action, content)}`;
  const { crumbs, status } = confirmation;
  return consoleDesk(at, {
    section,
    title,
    main,
    isTask: true,
    ...(crumbs && { crumbs }),
    ...(status !== undefined && { status }),
  });
}

function typedField({ visit }: ConsoleVisit, { typed }: Confirmation): Markup {
  if (!typed) return nothing;
  const { word, wrong } = typed;
  const t = consoleTexts[visit.language];
  const [before, after] = [t.typeToConfirm(word)[0]!, t.typeToConfirm(word)[2]!];
  const isWrong = wrong !== undefined;
  const input = attributes({
    id: "confirm",
    name: "confirm",
    value: wrong,
    autocomplete: "off",
    spellcheck: "false",
    required: true,
    "aria-invalid": isWrong && "true",
    "aria-describedby": isWrong && "confirm-error",
  });
  const error = isWrong ? html`<small class="bad sign" id="confirm-error">${t.notTyped(wrong, word)}</small>` : nothing;
  return html`
    <p class="field"><label for="confirm">${before} <code>${word}</code> ${after}</label>
    <input${input}>${error}</p>
  `;
}
