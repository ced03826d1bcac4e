/** What the pages say on which a sign-in sets up a required second factor. */
const english = {
  title: "Set up two-step sign-in",
  about: "Your account takes two steps to sign in: your password, and a code from an authenticator app.",
  how: "Install an authenticator app on your phone or computer, if you have none. The next page shows a picture to " +
    "scan with it, and takes a first code.",
  orPasskey: "Or use a passkey in place of the app: your phone, this computer or a security key.",
  show: "Show the picture",
  finish: "Turn on and sign in",
  showAgain: "Show a new picture",
  stale: ["This picture no longer counts.", "It was shown too long ago, or a newer one was. Show a new picture."],
};

/** The texts of one language. */
export type EnrolTexts = typeof english;

const german: EnrolTexts = {
  title: "Zweistufige Anmeldung einrichten",
  about: "Ihr Konto braucht zwei Schritte zur Anmeldung: Ihr Passwort und einen Code aus einer Authenticator-App.",
  how: "Installieren Sie eine Authenticator-App auf Ihrem Telefon oder Computer, falls Sie keine haben. Die nächste " +
    "Seite zeigt ein Bild zum Scannen und fragt nach einem ersten Code.",
  orPasskey: "Oder verwenden Sie statt der App einen Passkey: Ihr Telefon, diesen Computer oder einen " +
    "Sicherheitsschlüssel.",
  show: "Bild zeigen",
  finish: "Einschalten und anmelden",
  showAgain: "Neues Bild zeigen",
  stale: [
    "Dieses Bild gilt nicht mehr.",
    "Es ist zu alt, oder ein neueres wurde gezeigt. Lassen Sie sich ein neues Bild zeigen.",
  ],
};

export const enrolTexts: Readonly<Record<"en" | "de", EnrolTexts>> = { en: english, de: german };
