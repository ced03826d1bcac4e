/** What the pages of second factors say, in each language of pages. */
export const factorTexts = {
  en: {
    enterCode: "Enter your code",
    secondStep: "Second step of signing in.",
    code: "Code from your authenticator app",
    codeHint: "6 digits. A new code appears every 30 seconds.",
    recoveryCode: "Recovery code",
    recoveryCodeHint: "One of the codes that you kept when you turned on two-step sign-in. Each works once.",
    useRecoveryCode: "Use a recovery code",
    useApp: "Use your authenticator app",
    otherUser: "Sign in as a different user",
    goOn: "Continue",
    oneMoreStep: "One more step",
    wrongCode: ["Wrong code.", "It may have been used or have expired. Check it, or wait for the next one."],
    expired: ["This sign-in has expired.", "Sign in again."],
    tooManyAttempts: ["Too many wrong codes.", "Wait 15 minutes, then try again."],
  },
  de: {
    enterCode: "Code eingeben",
    secondStep: "Zweiter Schritt der Anmeldung.",
    code: "Code aus Ihrer Authenticator-App",
    codeHint: "6 Ziffern. Alle 30 Sekunden erscheint ein neuer Code.",
    recoveryCode: "Wiederherstellungscode",
    recoveryCodeHint:
      "Einer der Codes, die Sie beim Einschalten der zweistufigen Anmeldung erhalten haben. Jeder gilt einmal.",
    useRecoveryCode: "Wiederherstellungscode verwenden",
    useApp: "Authenticator-App verwenden",
    otherUser: "Als andere Person anmelden",
    goOn: "Weiter",
    oneMoreStep: "Noch ein Schritt",
    wrongCode: [
      "Falscher Code.",
      "Er wurde vielleicht schon verwendet oder ist abgelaufen. Prüfen Sie ihn, oder warten Sie auf den nächsten.",
    ],
    expired: ["Diese Anmeldung ist abgelaufen.", "Melden Sie sich neu an."],
    tooManyAttempts: ["Zu viele falsche Codes.", "Warten Sie 15 Minuten, und versuchen Sie es dann erneut."],
  },
} as const;
