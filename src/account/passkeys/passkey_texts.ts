/** What pages say of passkeys. */
const english = {
  passkey: "Passkey",
  use: "Use a passkey",
  useInstead: "Use a passkey instead",
  prove: "Prove that it is you",
  proveAbout: "Use a passkey of yours.",
  notUsed: ["No passkey was used.", "Try again, or choose another way."],
  notCreated: ["No passkey was created.", "Try again. Your device asks for its PIN, fingerprint or face."],
  haveOne: ["This device has a passkey of yours.", "Choose another device, or keep the passkey that you have."],
  unsupported: "This browser offers no passkeys here. Passkeys need JavaScript and a recent browser.",
  wrong: ["This passkey does not sign you in.", "It may have been removed here. Use another way to sign in."],
  expired: ["This took too long.", "Try again."],
  refused: ["The passkey was not accepted.", "Try again, or use another device."],
  add: "Add a passkey",
  addAbout:
    "A passkey is kept by your phone, your computer or a security key. You sign in with your fingerprint, face or PIN, without a password. Nobody can steal it with a fake page.",
  name: "Name",
  nameHint: "Where the passkey is kept, such as “Laptop”. Without a name it is called “Passkey”.",
  nameTaken: "You have a passkey of this name. Choose another name.",
  tooMany: "You have as many passkeys as this server allows. Remove one first.",
  goOn: "Continue",
  later: "Not now",
  createTitle: "Create the passkey",
  createAbout: "Your browser asks where to keep the passkey, and then for your fingerprint, face or PIN.",
  create: "Create the passkey",
  added: ["Passkey added.", "Use it the next time that you sign in."] as [string, string],
  synced: "Synced between your devices.",
  rename: "Rename",
  renameNamed: (name: string) => `Rename passkey ${name}`,
  renameTitle: (name: string) => `Rename passkey ${name}`,
  renameButton: "Save the name",
  keepName: "Keep the name",
  renamed: ["Passkey renamed.", ""] as [string, string],
};

export type PasskeyTexts = typeof english;

const german: PasskeyTexts = {
  passkey: "Passkey",
  use: "Mit Passkey anmelden",
  useInstead: "Stattdessen Passkey verwenden",
  prove: "Bestätigen, dass Sie es sind",
  proveAbout: "Verwenden Sie einen Ihrer Passkeys.",
  notUsed: ["Kein Passkey wurde verwendet.", "Versuchen Sie es erneut, oder wählen Sie einen anderen Weg."],
  notCreated: [
    "Kein Passkey wurde angelegt.",
    "Versuchen Sie es erneut. Ihr Gerät fragt nach PIN, Fingerabdruck oder Gesicht.",
  ],
  haveOne: [
    "Dieses Gerät hat schon einen Passkey von Ihnen.",
    "Wählen Sie ein anderes Gerät, oder behalten Sie den Passkey.",
  ],
  unsupported:
    "Dieser Browser bietet hier keine Passkeys an. Passkeys brauchen JavaScript und einen aktuellen Browser.",
  wrong: [
    "Dieser Passkey meldet Sie nicht an.",
    "Vielleicht wurde er hier entfernt. Melden Sie sich auf einem anderen Weg an.",
  ],
  expired: ["Das hat zu lange gedauert.", "Versuchen Sie es erneut."],
  refused: ["Der Passkey wurde nicht angenommen.", "Versuchen Sie es erneut, oder verwenden Sie ein anderes Gerät."],
  add: "Passkey hinzufügen",
  addAbout:
    "Einen Passkey bewahrt Ihr Telefon, Ihr Computer oder ein Sicherheitsschlüssel auf. Sie melden sich mit Fingerabdruck, Gesicht oder PIN an, ohne Passwort. Keine gefälschte Seite kann ihn stehlen.",
  name: "Name",
  nameHint: "Wo der Passkey aufbewahrt wird, etwa „Laptop“. Ohne Namen heißt er „Passkey“.",
  nameTaken: "Sie haben einen Passkey mit diesem Namen. Wählen Sie einen anderen.",
  tooMany: "Sie haben so viele Passkeys, wie dieser Server erlaubt. Entfernen Sie zuerst einen.",
  goOn: "Weiter",
  later: "Jetzt nicht",
  createTitle: "Passkey anlegen",
  createAbout: "Ihr Browser fragt, wo der Passkey aufbewahrt wird, und dann nach Fingerabdruck, Gesicht oder PIN.",
  create: "Passkey anlegen",
  added: ["Passkey hinzugefügt.", "Verwenden Sie ihn bei der nächsten Anmeldung."],
  synced: "Zwischen Ihren Geräten synchronisiert.",
  rename: "Umbenennen",
  renameNamed: (name) => `Passkey ${name} umbenennen`,
  renameTitle: (name) => `Passkey ${name} umbenennen`,
  renameButton: "Namen speichern",
  keepName: "Namen behalten",
  renamed: ["Passkey umbenannt.", ""],
};

export const passkeyTexts: Readonly<Record<"en" | "de", PasskeyTexts>> = { en: english, de: german };
