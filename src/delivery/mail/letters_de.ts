import type { LetterTexts, Where } from "./letters.ts";

const where = ({ time, address, device }: Where) => `Wann: ${time}. Von: ${address}, ${device}.`;
const notYou =
  "Wenn Sie das nicht waren, setzen Sie sofort Ihr Passwort zurück und melden Sie sich beim Betreiber dieses Dienstes.";

/** The letters in German. */
export const german: LetterTexts = {
  greeting: (name) => `Hallo ${name},`,
  code: "Code",
  unknownDevice: "ein unbekanntes Gerät",
  unknownAddress: "unbekannte Adresse",
  footer: (brand, url) => `Bitte antworten Sie nicht auf diese E-Mail von ${brand}: ${url}`,
  letters: {
    email_verification: ({ brand }) => ({
      subject: `Bestätigen Sie Ihre E-Mail-Adresse für ${brand}`,
      texts: [
        `diese Adresse wurde für ein Konto bei ${brand} angegeben. Zum Bestätigen öffnen Sie den Link oder geben den Code dort ein, wo Sie diese E-Mail angefordert haben.`,
      ],
      action: "Adresse bestätigen",
      after: [
        "Der Link gilt einmal und 24 Stunden lang. Wenn Sie kein solches Konto haben, ignorieren Sie diese E-Mail: Ohne Ihre Bestätigung geschieht nichts.",
      ],
    }),
    email_change_new: ({ brand }) => ({
      subject: `Bestätigen Sie Ihre neue E-Mail-Adresse für ${brand}`,
      texts: [
        `ein Konto bei ${brand} soll diese Adresse verwenden. Wenn Sie zustimmen, öffnen Sie den Link oder geben den Code dort ein, wo Sie die Änderung angefordert haben.`,
      ],
      action: "Neue Adresse bestätigen",
      after: [
        "Der Link gilt einmal und 24 Stunden lang. Wenn Sie das nicht angefordert haben, ignorieren Sie diese E-Mail.",
      ],
    }),
    email_change_old: ({ brand, address }) => ({
      subject: `Ihre E-Mail-Adresse bei ${brand} soll geändert werden`,
      texts: [
        `Ihr Konto bei ${brand} soll statt dieser Adresse die Adresse ${address} verwenden. Dazu ist Ihre Zustimmung nötig: Öffnen Sie den Link oder geben Sie den Code dort ein, wo Sie die Änderung angefordert haben.`,
      ],
      action: "Der Änderung zustimmen",
      after: [
        "Der Link gilt einmal und 24 Stunden lang. Wenn Sie das nicht angefordert haben, öffnen Sie ihn nicht: Vielleicht kennt jemand Ihr Passwort, ändern Sie es.",
      ],
    }),
    password_reset: ({ brand }) => ({
      subject: `Setzen Sie Ihr Passwort bei ${brand} zurück`,
      texts: [
        `für Ihr Konto bei ${brand} wurde ein neues Passwort angefordert. Um eines festzulegen, öffnen Sie den Link.`,
      ],
      action: "Neues Passwort festlegen",
      after: [
        "Der Link gilt einmal und 30 Minuten lang. Wenn Sie das nicht angefordert haben, ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.",
      ],
    }),
    invitation: ({ brand, inviter }) => ({
      subject: `Sie sind zu ${brand} eingeladen`,
      texts: [
        `${
          inviter ? `${inviter} lädt Sie zu ${brand} ein` : `Sie sind zu ${brand} eingeladen`
        }. Um Ihr Konto anzulegen, öffnen Sie den Link.`,
      ],
      action: "Konto anlegen",
      after: [
        "Der Link gilt einmal, 7 Tage lang und nur für diese Adresse. Wenn Sie kein Konto möchten, ignorieren Sie diese E-Mail.",
      ],
    }),
    registration_attempted: ({ brand }) => ({
      subject: `Sie haben schon ein Konto bei ${brand}`,
      texts: [
        `jemand wollte bei ${brand} ein Konto mit dieser Adresse anlegen, die schon eines hat. Wenn Sie das waren, melden Sie sich an oder setzen Sie Ihr Passwort zurück, falls Sie es nicht wissen.`,
        "Wenn Sie das nicht waren, müssen Sie nichts tun: Es wurde nichts geändert.",
      ],
    }),
    new_sign_in: (values) => ({
      subject: `Neue Anmeldung bei ${values.brand}`,
      texts: ["an Ihrem Konto gab es eine Anmeldung von einem Ort, den wir nicht kennen.", where(values), notYou],
    }),
    password_changed: (values) => ({
      subject: `Ihr Passwort bei ${values.brand} wurde geändert`,
      texts: [
        "das Passwort Ihres Kontos wurde geändert, und Ihre anderen Sitzungen wurden beendet.",
        where(values),
        notYou,
      ],
    }),
    email_changed: (values) => ({
      subject: `Ihre E-Mail-Adresse bei ${values.brand} wurde geändert`,
      texts: [
        "Ihr Konto verwendet diese Adresse nicht mehr. E-Mails zum Konto gehen an die neue Adresse, falls es eine hat.",
        where(values),
        "Wenn Sie das nicht waren, melden Sie sich sofort beim Betreiber dieses Dienstes.",
      ],
    }),
    account_deleted: (values) => ({
      subject: `Ihr Konto bei ${values.brand} wurde gelöscht`,
      texts: [
        "Ihr Konto und Ihre persönlichen Daten wurden gelöscht. Das lässt sich nicht rückgängig machen.",
        where(values),
      ],
    }),
    session_reused: (values) => ({
      subject: `Eine Sitzung bei ${values.brand} wurde beendet`,
      texts: [
        "ein Token einer Ihrer Sitzungen wurde zweimal verwendet, es könnte also kopiert worden sein. Wir haben diese Sitzung beendet; melden Sie sich neu an.",
        where(values),
        notYou,
      ],
    }),
    api_key_created: (values) => ({
      subject: `Ein neuer API-Schlüssel bei ${values.brand}`,
      texts: [
        `der API-Schlüssel „${values.key}“ wurde für Ihr Konto angelegt oder bekam ein weiteres Geheimnis.`,
        where(values),
        notYou,
      ],
    }),
    api_key_leaked: (values) => ({
      subject: `Ein API-Schlüssel bei ${values.brand} wurde öffentlich gefunden`,
      texts: [
        `der API-Schlüssel „${values.key}“ wurde als öffentlich gefunden gemeldet, deshalb haben wir ihn widerrufen. Programme, die ihn verwenden, werden ab jetzt abgewiesen: Legen Sie für sie einen anderen an und klären Sie, wie er öffentlich wurde.`,
        where(values),
      ],
    }),
    factor_added: (values) => ({
      subject: `Ein zweiter Faktor für Ihr Konto bei ${values.brand}`,
      texts: [
        `„${values.factor}“ wurde zu Ihrem Konto hinzugefügt. Zur Anmeldung brauchen Sie ab jetzt außer dem Passwort einen Code davon.`,
        where(values),
        notYou,
      ],
    }),
    factor_removed: (values) => ({
      subject: `Ein zweiter Faktor Ihres Kontos bei ${values.brand} wurde entfernt`,
      texts: [
        `„${values.factor}“ wurde aus Ihrem Konto entfernt und dient nicht mehr zur Anmeldung.`,
        where(values),
        notYou,
      ],
    }),
    factors_reset: (values) => ({
      subject: `Die zweiten Faktoren Ihres Kontos bei ${values.brand} wurden entfernt`,
      texts: [
        "die Administration hat alle zweiten Faktoren und Wiederherstellungscodes Ihres Kontos entfernt. Bis Sie wieder einen einrichten, genügt zur Anmeldung Ihr Passwort.",
        where(values),
        "Wenn Sie nicht darum gebeten haben, melden Sie sich sofort beim Betreiber dieses Dienstes.",
      ],
    }),
    factor_rested: (values) => ({
      subject: `Viele falsche Codes für Ihr Konto bei ${values.brand}`,
      texts: [
        "für Ihr Konto wurden 100 falsche Codes nacheinander eingegeben. Codes Ihrer Authenticator-App werden deshalb abgewiesen. Melden Sie sich mit einem Wiederherstellungscode an oder bitten Sie die Administration, die App zu entfernen. Wenn Sie das nicht waren, kennt vielleicht jemand Ihr Passwort: Ändern Sie es.",
        where(values),
      ],
    }),
    passkey_added: (values) => ({
      subject: `Ein Passkey für Ihr Konto bei ${values.brand}`,
      texts: [
        `der Passkey „${values.factor}“ wurde zu Ihrem Konto hinzugefügt. Ab jetzt können Sie sich damit anmelden, und zur Anmeldung mit dem Passwort brauchen Sie einen zweiten Faktor.`,
        where(values),
        notYou,
      ],
    }),
    passkey_counter_regressed: (values) => ({
      subject: `Prüfen Sie einen Passkey Ihres Kontos bei ${values.brand}`,
      texts: [
        `der Passkey „${values.factor}“ wurde verwendet, aber sein Zähler der Signaturen ist nicht gestiegen. Wenn Sie das Gerät zurückgesetzt oder wiederhergestellt haben, ist das zu erwarten. Wenn nicht, hat vielleicht jemand den Passkey kopiert: Entfernen Sie ihn aus Ihrem Konto und richten Sie einen anderen ein.`,
        where(values),
        notYou,
      ],
    }),
    recovery_codes_created: (values) => ({
      subject: `Neue Wiederherstellungscodes für Ihr Konto bei ${values.brand}`,
      texts: [
        "für Ihr Konto wurden neue Wiederherstellungscodes erstellt. Frühere gelten nicht mehr.",
        where(values),
        notYou,
      ],
    }),
    recovery_code_used: (values) => ({
      subject: `Ein Wiederherstellungscode für Ihr Konto bei ${values.brand} wurde verwendet`,
      texts: [
        "ein Wiederherstellungscode wurde anstelle eines anderen Faktors verwendet. Er gilt nicht noch einmal.",
        where(values),
        notYou,
      ],
    }),
    test: ({ brand }) => ({
      subject: `Test-E-Mail von ${brand}`,
      texts: ["das ist eine Test-E-Mail. Sie ist angekommen, also funktioniert der Versand."],
    }),
  },
};
