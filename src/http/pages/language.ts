/** The languages of pages. */
export type Language = "en" | "de";

/** The same texts in every language. */
export type InLanguages<Texts> = Readonly<Record<Language, Texts>>;

const languages: readonly string[] = ["en", "de"] satisfies Language[];

/** The most ranges of an `Accept-Language` header that are read. */
const rangesMax = 20;

/** The language that the browser prefers (RFC 9110 §12.5.4); `otherwise` if it asks for none that pages have. */
export function languageOf(acceptLanguage: string | null, otherwise: Language): Language {
  let best: { language: Language; quality: number } | undefined;
  for (const range of (acceptLanguage ?? "").split(",", rangesMax)) {
    const [, primary, quality = "1"] = /^\s*([a-z]{2})(?:-[a-z\d-]{1,35})?\s*(?:;\s*q=([01](?:\.\d{1,3})?))?\s*$/i
      .exec(range) ?? [];
    const language = primary?.toLowerCase();
    if (language === undefined || !languages.includes(language) || Number(quality) <= (best?.quality ?? 0)) continue;
    best = { language: language as Language, quality: Number(quality) };
  }
  return best?.language ?? otherwise;
}

/**
 * The look in the first of these languages that pages have, as `ui_locales` of OpenID Connect Core 1.0 §3.1.2.1 has
 * them.
 */
export function inLocales<Look extends { language: Language }>(look: Look, locales: string | undefined): Look {
  if (locales === undefined) return look;
  return { ...look, language: languageOf(locales.replaceAll(" ", ","), look.language) };
}
