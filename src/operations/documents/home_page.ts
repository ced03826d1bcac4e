import { door } from "../../http/pages/frame.ts";
import type { InLanguages } from "../../http/pages/language.ts";
import { html, linkList } from "../../http/pages/markup.ts";
import { frameTexts } from "../../http/pages/texts.ts";
import type { Look } from "../../http/pages/visit.ts";
import type { Home } from "./home_route.ts";

const texts = {
  en: {
    title: (brand: string) => `This server signs users in for ${brand}`,
    about:
      "Applications send you here to sign in, or ask this server whether you may do something. Your password stays " +
      "on this server.",
    signIn: "Sign in",
    account: "Manage your account",
    developers: "For developers and administrators",
    issuer: "Issuer",
    docs: ["API reference", "try every operation"],
    openapi: ["OpenAPI document", "for generators and tools"],
    problems: ["Problems", "what each error means, and what to do"],
    readiness: ["Readiness", "whether requests can be served now"],
    metadata: ["Server metadata", "for OAuth clients"],
    keys: ["Public signing keys", "to verify access tokens"],
  },
  de: {
    title: (brand: string) => `Dieser Server meldet Benutzer bei ${brand} an`,
    about:
      "Anwendungen schicken Sie zur Anmeldung hierher oder fragen diesen Server, ob Sie etwas dürfen. Ihr Passwort " +
      "bleibt auf diesem Server.",
    signIn: "Anmelden",
    account: "Konto verwalten",
    developers: "Für Entwickler und Administratoren",
    issuer: "Aussteller",
    docs: ["API-Referenz", "jede Operation ausprobieren"],
    openapi: ["OpenAPI-Dokument", "für Generatoren und Werkzeuge"],
    problems: ["Fehler", "was jeder bedeutet, und was zu tun ist"],
    readiness: ["Bereitschaft", "ob gerade Anfragen beantwortet werden"],
    metadata: ["Server-Metadaten", "für OAuth-Clients"],
    keys: ["Öffentliche Schlüssel", "um Zugriffstokens zu prüfen"],
  },
} satisfies InLanguages<unknown>;

/** `GET /` in a browser. */
export function homePage(look: Look, { issuer, documentation }: Home): string {
  const t = texts[look.language];
  const link = (href: string, [text, about]: string[]) => ({ href, text: text!, about: about! });
  const docs = [link("docs", t.docs), link("openapi.json", t.openapi)];
  return door(look, {
    title: look.brand,
    root: "",
    isWide: true,
    main: html`
      <h1>${t.title(look.brand)}</h1>
      <p>${t.about}</p>
      <p
        class="actions"><a class="button primary" href="signin?next=%2Fstart">${t
          .signIn}</a> <a class="button" href="account">${t
          .account}</a></p>
      <section>
            <h2>${t.developers}</h2>
            ${linkList([
              ...(documentation === undefined ? [] : docs),
              link("problems", t.problems),
              link("readyz", t.readiness),
              link(".well-known/oauth-authorization-server", t.metadata),
              link(".well-known/jwks.json", t.keys),
            ])}
            </section>
      <section>
        <h2 id="issuer">${t.issuer}</h2>
        <pre role="group" tabindex="0" aria-labelledby="issuer">${issuer}</pre>
      </section>
    `,
  });
}

/** `GET /` in a browser that seems to be signed in: leads to where its user belongs. */
export function startPage(look: Look): string {
  const main = html`<h1>${look.brand}</h1>
<p class="actions"><a class="button primary" href="start">${frameTexts[look.language].goOn}</a></p>`;
  return door(look, { title: look.brand, root: "", main, next: "/start" });
}
