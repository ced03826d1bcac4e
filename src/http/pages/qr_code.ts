import { encode } from "uqr";
import { html, type Markup } from "./markup.ts";

/** Light modules around the code (ISO/IEC 18004 §6.3.8), and pixels of a module. */
const border = 4, scale = 4;

/** The text as a QR code, black on white in every colour scheme, as not every app reads it otherwise. */
export function qrCode(text: string, label: string): Markup {
  const { data, size } = encode(text, { border });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => isDark ? [`M${x} ${y}h1v1h-1z`] : [])).join("");
  const pixels = String(size * scale);
  return html`
    <svg role="img" aria-label="${label}" width="${pixels}" height="${pixels}" viewBox="0 0 ${String(size)} ${String(
      size,
    )}">
      <path fill="#fff" d="M0 0h${String(size)}v${String(size)}H0z" />
      <path d="${dark}" />
    </svg>
  `;
}
