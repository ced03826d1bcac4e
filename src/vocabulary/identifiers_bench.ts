import { canonicalIdentifier, isEmail, isUsername } from "./identifiers.ts";

const address = "Ada.Lovelace@Example.com";
const greek = "Υπατία@παράδειγμα.ελ";

Deno.bench({
  name: "toLowerCase alone",
  group: "canonicalise",
  baseline: true,
  fn: () => void address.toLowerCase(),
});
Deno.bench({ name: "canonical form, Latin", group: "canonicalise", fn: () => void canonicalIdentifier(address) });
Deno.bench({ name: "canonical form, Greek", group: "canonicalise", fn: () => void canonicalIdentifier(greek) });
Deno.bench({ name: "is it an e-mail address?", group: "canonicalise", fn: () => void isEmail(address) });
Deno.bench({ name: "is it a username?", group: "canonicalise", fn: () => void isUsername("ada.lovelace") });
