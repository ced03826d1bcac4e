import { type Language, languages, type LetterName, type LetterText, type LetterValues } from "./letters.ts";

/** A mail in both of its forms. */
export type Rendered = { subject: string; text: string; html: string };

/** What appears in every letter. */
export type LetterFrame = { brand: string; language: Language; publicUrl: string };

type Given = { link?: string; code?: string };

/** Writes the letter as plain text and as HTML. `name` is what the recipient is called. */
export function renderLetter<L extends LetterName>(
  letter: L,
  name: string,
  values: LetterValues[L],
  { brand, language, publicUrl }: LetterFrame,
): Rendered {
  const words = languages[language];
  const write = words.letters[letter] as (values: LetterValues[L] & { brand: string }) => LetterText;
  const { subject, texts, action = "", after = [] } = write({ ...values, brand });
  const { link, code } = values as Given;
  const greeting = words.greeting(name);
  const footer = words.footer(brand, publicUrl);
  return {
    subject: oneLine(subject),
    text: [
      greeting,
      ...texts,
      ...link ? [link] : [],
      ...code ? [`${words.code}: ${code}`] : [],
      ...after,
      `-- \n${footer}`,
    ].map((part) => wrapped(part)).join("\n\n") + "\n",
    html: page({ language, subject, footer }, [
      ...[greeting, ...texts].map(paragraph),
      ...link ? [button(action, link)] : [],
      ...code ? [codeBlock(words.code, code)] : [],
      ...after.map(paragraph),
    ]),
  };
}

const lineLengthMax = 76;

/** Lines of at most 76 characters, except for words that are longer, such as links (RFC 5322 §2.1.1). */
function wrapped(text: string): string {
  if (text.startsWith("-- \n")) return text;
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= lineLengthMax) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines.join("\n");
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{C}+/gu, " ").trim();
}

const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const paragraph = (text: string) => `<p style="margin:0 0 16px">${escaped(text)}</p>`;

function button(label: string, link: string): string {
  const style = "display:inline-block;padding:12px 20px;border-radius:6px;background:#1a4fd6;color:#ffffff;" +
    "text-decoration:none;font-weight:600";
  return `<p style="margin:0 0 16px"><a href="${escaped(link)}" style="${style}">${escaped(label)}</a></p>
<p style="margin:0 0 16px;font-size:13px;word-break:break-all;color:#59606b">${escaped(link)}</p>`;
}

function codeBlock(label: string, code: string): string {
  const style = "font:600 24px ui-monospace,Menlo,Consolas,monospace;letter-spacing:4px";
  return `<p style="margin:0 0 16px">${escaped(label)}: <span style="${style}">${escaped(code)}</span></p>`;
}

/** One column, which every mail program shows; nothing is loaded from anywhere. */
function page({ language, subject, footer }: { language: Language; subject: string; footer: string }, parts: string[]) {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px;${font};font-size:16px;line-height:1.5">
<div style="max-width:560px;margin:0 auto">
${parts.join("\n")}
<p style="margin:32px 0 0;font-size:13px;color:#59606b">${escaped(footer)}</p>
</div></body></html>
`;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
}
