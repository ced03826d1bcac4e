type DeviceTexts = typeof english;

const english = {
  title: "Connect a device",
  signedInAs: "Signed in as",
  notYou: "Not you?",
  code: "Code on the device",
  codeHint: "8 letters. The code works for 10 minutes.",
  wrongCode: "No device waits for this code. Compare it, or start again on the device.",
  goOn: "Continue",
  careful: "Only enter a code from a device in front of you.",
  carefulWhy: "If you got the code by mail, chat or phone, close this page: the sender would be signed in as you.",
  confirmTitle: (application: string) => `Connect ${application} on a device?`,
  codeOfDevice: "Code on the device",
  from: "Asked from",
  noAddress: "Unknown address",
  by: "By",
  noProgram: "Unknown program",
  since: "At",
  willBeAble: (application: string) => `${application} will be able to`,
  isItYours: "Is this device in front of you, and does it show this code?",
  isItYoursWhy: (application: string) =>
    `Otherwise deny it: the sender of the code would use ${application} as you. You stay connected until you remove the ` +
    "access in your account.",
  allow: "Connect the device",
  deny: "Deny",
  connected: (application: string) => `${application} is connected`,
  connectedAbout: "Go back to the device: it goes on by itself within a few seconds. You can close this page.",
  denied: (application: string) => `${application} is not connected`,
  deniedAbout: "The device gets no access. If you did not start this yourself, you need do nothing else.",
  account: "Go to your account",
};

const german: DeviceTexts = {
  title: "Gerät verbinden",
  signedInAs: "Angemeldet als",
  notYou: "Nicht Sie?",
  code: "Code auf dem Gerät",
  codeHint: "8 Buchstaben. Der Code gilt 10 Minuten.",
  wrongCode: "Kein Gerät wartet auf diesen Code. Vergleichen Sie ihn, oder beginnen Sie auf dem Gerät von vorn.",
  goOn: "Weiter",
  careful: "Geben Sie nur den Code eines Geräts ein, das vor Ihnen steht.",
  carefulWhy: "Wenn der Code per E-Mail, Chat oder Telefon kam, schließen Sie diese Seite: Der Absender wäre als Sie " +
    "angemeldet.",
  confirmTitle: (application) => `${application} auf einem Gerät verbinden?`,
  codeOfDevice: "Code auf dem Gerät",
  from: "Gefragt von",
  noAddress: "Unbekannte Adresse",
  by: "Durch",
  noProgram: "Unbekanntes Programm",
  since: "Um",
  willBeAble: (application) => `${application} wird Folgendes können`,
  isItYours: "Steht das Gerät vor Ihnen, und zeigt es diesen Code?",
  isItYoursWhy: (application) =>
    `Lehnen Sie es sonst ab: Der Absender des Codes würde ${application} als Sie benutzen. Sie bleiben verbunden, bis ` +
    "Sie den Zugriff in Ihrem Konto entfernen.",
  allow: "Gerät verbinden",
  deny: "Ablehnen",
  connected: (application) => `${application} ist verbunden`,
  connectedAbout:
    "Gehen Sie zurück zum Gerät: Es macht in wenigen Sekunden von selbst weiter. Sie können diese Seite " +
    "schließen.",
  denied: (application) => `${application} ist nicht verbunden`,
  deniedAbout:
    "Das Gerät bekommt keinen Zugriff. Wenn Sie das nicht selbst begonnen haben, müssen Sie nichts weiter tun.",
  account: "Zum Konto",
};

/** The texts of the pages that connect devices. */
export const deviceTexts: Readonly<Record<"en" | "de", DeviceTexts>> = { en: english, de: german };
