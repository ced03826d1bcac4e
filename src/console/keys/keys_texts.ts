import type { KeyState } from "../../tokens/keys/keys.ts";
import type { SigningAlgorithm } from "../../vocabulary/algorithms.ts";

const english = {
  title: "Signing keys",
  about:
    "Tokens are signed with the active key of their algorithm. The next key is published already, so that clients and APIs know it before it signs. A retiring key only verifies.",
  uses: {
    EdDSA: "Access tokens of this server, and of APIs that chose it",
    RS256: "id_tokens, unless the client chose ES256",
    ES256: "Access tokens of your APIs, and id_tokens of clients that chose it",
  } as Record<SigningAlgorithm, string>,
  key: "Key",
  state: "State",
  states: { next: "Next", active: "Signs", retiring: "Only verifies", retired: "Retired" } as Record<KeyState, string>,
  created: "Created",
  since: "In this state since",
  published: "Published at",
  rotate: "Rotate…",
  rotateAlg: (alg: string) => `Rotate the ${alg} keys`,
  retire: "Retire…",
  retireKey: (kid: string) => `Retire key ${kid}`,
  caption: (count: number) =>
    `${count === 1 ? "1 key" : `${count} keys`} that verify, the oldest first. Times are UTC.`,
  retired: "Retired keys",
  retiredCaption: (count: number) => `The last ${count} that were retired, the newest first. Times are UTC.`,
  done: { rotated: "The keys are rotated.", retired: "The key is retired." },

  rotateTitle: (alg: string) => `Rotate the ${alg} keys?`,
  rotateAbout: "Nobody has to sign in again.",
  rotateNow: "Rotate the keys",
  keepKeys: "Keep the keys",
  nextSigns: (kid: string) => `Key ${kid} signs new tokens`,
  activeVerifies: (kid: string) => `Key ${kid} only verifies, and is retired by the first rotation after a day`,
  newNext: "A new next key is created and published",
  tooYoung: "The next key is younger than 5 minutes.",
  tooYoungAbout:
    "Clients and APIs that fetched the keys before may refuse new tokens for up to 5 minutes. Wait, or rotate all the same.",
  force: "Rotate although clients and APIs may not know the key yet",

  retireTitle: (kid: string) => `Retire key ${kid}?`,
  retireAbout: "You cannot undo this. Do it when the key was leaked; otherwise rotate instead.",
  retireNow: "Retire the key",
  keepKey: "Keep the key",
  tokensRefused:
    "Tokens that it signed are refused at once by this server, and within 5 minutes by clients and APIs that fetch the keys",
  refreshStays: "Users stay signed in: clients get new tokens by their refresh tokens",
  nextReplaces: (kid: string) =>
    `Key ${kid} replaces it at once, though clients and APIs may not know it for up to 5 minutes`,
  nextIsNew: "A new next key is created in its place",
};

export type KeysTexts = typeof english;

const german: KeysTexts = {
  title: "Signaturschlüssel",
  about:
    "Tokens werden mit dem aktiven Schlüssel ihres Verfahrens signiert. Der nächste ist schon veröffentlicht, damit Clients und APIs ihn kennen, bevor er signiert. Ein auslaufender prüft nur noch.",
  uses: {
    EdDSA: "Access Tokens dieses Servers und der APIs, die es gewählt haben",
    RS256: "id_tokens, außer der Client hat ES256 gewählt",
    ES256: "Access Tokens Ihrer APIs und id_tokens der Clients, die es gewählt haben",
  },
  key: "Schlüssel",
  state: "Zustand",
  states: { next: "Nächster", active: "Signiert", retiring: "Prüft nur", retired: "Außer Dienst" },
  created: "Erzeugt",
  since: "In diesem Zustand seit",
  published: "Veröffentlicht unter",
  rotate: "Wechseln…",
  rotateAlg: (alg) => `Die ${alg}-Schlüssel wechseln`,
  retire: "Außer Dienst…",
  retireKey: (kid) => `Schlüssel ${kid} außer Dienst nehmen`,
  caption: (count) =>
    `${count === 1 ? "1 Schlüssel" : `${count} Schlüssel`}, die prüfen, der älteste zuerst. Zeiten in UTC.`,
  retired: "Schlüssel außer Dienst",
  retiredCaption: (count) => `Die letzten ${count}, der neueste zuerst. Zeiten in UTC.`,
  done: { rotated: "Die Schlüssel sind gewechselt.", retired: "Der Schlüssel ist außer Dienst." },

  rotateTitle: (alg) => `Die ${alg}-Schlüssel wechseln?`,
  rotateAbout: "Niemand muss sich neu anmelden.",
  rotateNow: "Schlüssel wechseln",
  keepKeys: "Schlüssel behalten",
  nextSigns: (kid) => `Schlüssel ${kid} signiert neue Tokens`,
  activeVerifies: (kid) => `Schlüssel ${kid} prüft nur noch und geht beim ersten Wechsel nach einem Tag außer Dienst`,
  newNext: "Ein neuer nächster Schlüssel wird erzeugt und veröffentlicht",
  tooYoung: "Der nächste Schlüssel ist jünger als 5 Minuten.",
  tooYoungAbout:
    "Clients und APIs, die die Schlüssel davor geholt haben, lehnen neue Tokens vielleicht bis zu 5 Minuten ab. Warten Sie, oder wechseln Sie trotzdem.",
  force: "Wechseln, obwohl Clients und APIs den Schlüssel vielleicht noch nicht kennen",

  retireTitle: (kid) => `Schlüssel ${kid} außer Dienst nehmen?`,
  retireAbout:
    "Sie können das nicht rückgängig machen. Tun Sie es, wenn der Schlüssel bekannt wurde; sonst wechseln Sie.",
  retireNow: "Außer Dienst nehmen",
  keepKey: "Schlüssel behalten",
  tokensRefused:
    "Tokens, die er signiert hat, lehnt dieser Server sofort ab, und Clients und APIs, die die Schlüssel holen, binnen 5 Minuten",
  refreshStays: "Benutzer bleiben angemeldet: Clients bekommen mit ihren Refresh Tokens neue",
  nextReplaces: (kid) =>
    `Schlüssel ${kid} tritt sofort an seine Stelle, auch wenn Clients und APIs ihn bis zu 5 Minuten nicht kennen`,
  nextIsNew: "Ein neuer nächster Schlüssel wird an seiner Stelle erzeugt",
};

export const keysTexts: Readonly<Record<"en" | "de", KeysTexts>> = { en: english, de: german };
