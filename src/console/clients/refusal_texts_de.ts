import type { RefusalTexts } from "./refusal_texts.ts";

/** The German texts of refusals. */
export const german: RefusalTexts = {
  sent: "Gesendet:",
  registered: "Eingetragen:",
  noneRegistered: "Es ist keine Adresse eingetragen.",
  or: "oder",
  mistyped: "Wahrscheinlich ein Tippfehler in der Anwendung: Berichtigen Sie ihn dort",
  mended: "Der Client wurde seitdem geändert: Dies würde nicht mehr abgelehnt.",
  differs: {
    slash_more: "endet mit einem Schrägstrich, den die eingetragene Adresse nicht hat",
    slash_less: "hat den Schrägstrich am Ende der eingetragenen Adresse nicht",
    scheme: "hat ein anderes Schema als die eingetragene Adresse",
    host: "hat einen anderen Host als die eingetragene Adresse",
    port: "hat einen anderen Port als die eingetragene Adresse",
    case: "hat andere Großbuchstaben als die eingetragene Adresse",
    query: "hat eine andere Query als die eingetragene Adresse",
    path: "hat einen anderen Pfad als die eingetragene Adresse",
    other: "ist nicht eingetragen",
  },
  causes: {
    redirect_uri_not_registered: {
      short: "Adresse nicht eingetragen",
      why: "Die redirect_uri",
      application: "Ändern Sie sie in der Anwendung",
      here: "tragen Sie diese Adresse ein",
    },
    redirect_uri_missing: {
      short: "Keine Adresse gesendet",
      why: "Die Anwendung hat keine redirect_uri gesendet, oder zwei.",
      application: "Lassen Sie die Anwendung eine eingetragene senden, einmal.",
    },
    redirect_uri_differs: {
      short: "Zwei Adressen",
      why: "Die redirect_uri am Token-Endpunkt ist nicht die, mit der die Anmeldung begann.",
      application: "Lassen Sie die Anwendung an beide dieselbe senden.",
    },
    post_logout_redirect_uri_not_registered: {
      short: "Abmelde-Adresse nicht eingetragen",
      why: "Die post_logout_redirect_uri",
      application: "Ändern Sie sie in der Anwendung",
      here: "tragen Sie diese Adresse ein",
    },
    scope_not_allowed: {
      short: "Scope nicht erlaubt",
      why: "Dieser Scope gehört nicht zu denen des Clients.",
      application: "Lassen Sie den Client ohne ihn anfragen",
      here: "fügen Sie den Scope hinzu",
    },
    scope_not_held: {
      short: "Berechtigung fehlt",
      why: "Das Dienstkonto des Clients hat diese Berechtigung nicht.",
      application: "Lassen Sie den Client ohne sie anfragen",
      here: "erteilen Sie dem Konto eine Rolle, die sie hat",
    },
    scope_not_granted: {
      short: "Scope nicht erteilt",
      why: "Die Erneuerung verlangt einen Scope, nach dem der Benutzer nicht gefragt wurde.",
      application: "Verlangen Sie ihn bei der Anmeldung, oder lassen Sie ihn bei der Erneuerung weg.",
    },
    scope_without_resource: {
      short: "API nicht genannt",
      why: "Der Scope gehört zu einer API, die die Anfrage nicht genannt hat.",
      application: "Lassen Sie den Client die Adresse der API als resource senden.",
    },
    resource_not_allowed: {
      short: "API nicht erlaubt",
      why: "Der Client darf keine Tokens für diese API bekommen.",
      application: "Lassen Sie den Client eine andere resource senden",
      here: "erlauben Sie die API",
    },
    resource_not_named: {
      short: "API nicht genannt",
      why: "Der Client darf Tokens für mehrere APIs bekommen, und die Anfrage hat nicht gesagt, für welche.",
      application: "Lassen Sie den Client eine davon als resource senden.",
    },
    grant_type_not_allowed: {
      short: "Grant-Typ nicht erlaubt",
      why: "Der Client ist für diesen Grant-Typ nicht eingetragen.",
      application: "Lassen Sie den Client ihn nicht nutzen",
      here: "erlauben Sie den Grant-Typ",
    },
    secret_wrong: {
      short: "Falsches Secret",
      why: "Das gesendete Secret ist keines dieses Clients. Vielleicht wurde es ersetzt oder widerrufen.",
      application: "Geben Sie dem Client das neueste Secret",
      here: "erzeugen Sie ein neues",
    },
    secret_malformed: {
      short: "Kein Secret eines Clients",
      why:
        "Was als Secret gesendet wurde, ist keines eines Clients. Vielleicht fehlt sein Ende, oder es ist für etwas anderes.",
      application: "Geben Sie dem Client das ganze neueste Secret",
      here: "erzeugen Sie ein neues",
    },
    secret_of_another_client: {
      short: "Secret eines anderen Clients",
      why: "Das gesendete Secret gehört einem anderen Client.",
      application: "Lassen Sie ihn Id und Secret desselben Clients benutzen",
      here: "erzeugen Sie ein neues",
    },
    secret_expired: {
      short: "Secret abgelaufen",
      why: "Das gesendete Secret ist abgelaufen. Ein neueres hat es ersetzt.",
      application: "Geben Sie dem Client das neueste Secret",
      here: "erzeugen Sie ein neues",
    },
    secret_missing: {
      short: "Kein Secret gesendet",
      why: "Der Client hat ein Secret, aber keines gesendet.",
      application: "Lassen Sie den Client sein Secret senden, oder registrieren Sie ihn als öffentlichen.",
    },
    secret_of_public_client: {
      short: "Secret eines öffentlichen Clients",
      why: "Der Client ist öffentlich und hat kein Secret, aber er hat eines gesendet.",
      application: "Lassen Sie ihn keines senden, oder registrieren Sie ihn als einen mit Secret.",
    },
    assertion_wrong: {
      short: "Falsche Assertion",
      why: "Der Client hat nicht das unterschrieben, womit er sich ausweisen muss.",
      application:
        "Unterschreiben Sie mit aud = Issuer als ein Text, iss = sub = client_id, einer jti und einem exp in 300 s.",
    },
    assertion_expired: {
      short: "Assertion abgelaufen",
      why: "Die Assertion des Clients war abgelaufen, als sie ankam.",
      application: "Prüfen Sie die Uhr des Clients, und lassen Sie ihn für jede Anfrage neu unterschreiben.",
    },
    assertion_replayed: {
      short: "Assertion zweimal benutzt",
      why: "Die Assertion des Clients wurde schon einmal benutzt.",
      application:
        "Lassen Sie den Client für jede Anfrage neu unterschreiben, mit neuer jti. Tut er das, hat jemand eine Kopie.",
    },
    assertion_missing: {
      short: "Keine Assertion gesendet",
      why: "Der Client weist sich mit private_key_jwt aus, aber er hat keine client_assertion gesendet.",
      application: "Lassen Sie den Client eine Assertion unterschreiben.",
    },
    key_unknown: {
      short: "Unbekannter Schlüssel",
      why: "Der Client hat mit einem Schlüssel unterschrieben, der nicht unter seinen ist.",
      application: "Registrieren oder veröffentlichen Sie den Schlüssel mit der kid, die der Client sendet.",
    },
    keys_unavailable: {
      short: "Schlüssel nicht erreichbar",
      why: "Die jwks_uri des Clients antwortet nicht mit seinen Schlüsseln.",
      application:
        "Bringen Sie den Server der jwks_uri in Ordnung. Eine Adresse in Ihrem Netz braucht SENTINEL_OUTBOUND_ALLOW.",
    },
    client_disabled: {
      short: "Client abgeschaltet",
      why: "Der Client ist abgeschaltet.",
      application: "Lassen Sie es so",
      here: "schalten Sie den Client ein",
    },
    code_used: {
      short: "Code zweimal benutzt",
      why: "Der Code wurde schon benutzt. Die Anwendung sendet ihre Token-Anfrage zweimal, oder ein Benutzer hat die " +
        "Seite neu geladen. Die Sitzung der ersten Benutzung wurde beendet, falls der Code gestohlen war.",
      application: "Lassen Sie die Anwendung jeden Code einmal benutzen.",
    },
    code_expired: {
      short: "Code abgelaufen",
      why: "Die Anwendung hat den Code mehr als 60 Sekunden nach der Anmeldung eingetauscht.",
      application: "Lassen Sie sie Codes sofort eintauschen, und prüfen Sie ihre Uhr und ihre Warteschlange.",
    },
    code_unknown: {
      short: "Unbekannter Code",
      why: "Diesen Code gibt es nicht: Er wurde erfunden, abgeschnitten, oder vor langer Zeit benutzt.",
      application: "Prüfen Sie, ob die Anwendung den Code so weitergibt, wie er kam.",
    },
    code_of_another_client: {
      short: "Code eines anderen Clients",
      why: "Der Code wurde einem anderen Client gegeben.",
      application: "Prüfen Sie, ob die Anwendung für beide Anfragen dieselbe client_id benutzt.",
    },
    request_not_pushed: {
      short: "Anfrage nicht vorab gesendet",
      why: "Der Client muss seine Anfragen vorab senden, aber der Browser brachte die Parameter selbst.",
      application: "Schalten Sie in der Anwendung Pushed Authorization Requests (PAR) ein",
      here: "erlassen Sie sie dem Client",
    },
    request_uri_unknown: {
      short: "Anfrage von früher",
      why: "Die request_uri wurde schon benutzt, ist älter als 60 Sekunden, oder gehört einem anderen Client.",
      application: "Lassen Sie die Anwendung für jede Anmeldung eine Anfrage senden, und den Browser sofort folgen.",
    },
    challenge_missing: {
      short: "PKCE fehlt",
      why: "Die Anwendung hat keine code_challenge gesendet.",
      application: "Schalten Sie in der Anwendung PKCE mit S256 ein",
      here: "erlassen Sie dem Client PKCE, wenn er ein Secret hat",
    },
    challenge_wrong: {
      short: "PKCE fehlerhaft",
      why: "Die code_challenge hat die falsche Form, oder ihr Verfahren ist nicht S256.",
      application: "Schalten Sie in der Anwendung PKCE mit S256 ein.",
    },
    verifier_missing: {
      short: "PKCE-Verifier fehlt",
      why: "Die Anmeldung begann mit einer code_challenge, aber die Token-Anfrage hat keinen code_verifier.",
      application: "Lassen Sie die Anwendung den Verifier jeder Anmeldung behalten und mit dem Code senden.",
    },
    verifier_unexpected: {
      short: "PKCE nur am Ende",
      why: "Die Token-Anfrage hat einen code_verifier, aber die Anmeldung begann ohne code_challenge.",
      application: "Schalten Sie PKCE für beide Anfragen ein.",
    },
    verifier_wrong: {
      short: "PKCE-Verifier falsch",
      why: "Der code_verifier gehört nicht zur code_challenge dieser Anmeldung.",
      application: "Lassen Sie die Anwendung den Verifier jeder Anmeldung behalten: Zwei Tabs haben zwei.",
    },
    proof_missing: {
      short: "Kein DPoP-Nachweis",
      why:
        "Der Client muss für Tokens einen Schlüssel nachweisen (dpop_bound_access_tokens) und sandte keinen Nachweis.",
      application: "Schalten Sie DPoP in der Anwendung ein",
      here: "ihn darauf verzichten lassen",
    },
    proof_invalid: {
      short: "DPoP-Nachweis falsch",
      why: "Der Nachweis im Header DPoP wurde abgelehnt.",
      application: "Prüfen Sie die Uhr der Anwendung, und ob sie für jede Anfrage einen neuen Nachweis macht.",
    },
    proof_of_another_key: {
      short: "Anderer DPoP-Schlüssel",
      why: "Der Code wurde mit dpop_jkt verlangt, und der Nachweis ist von einem anderen Schlüssel oder fehlt.",
      application: "Lassen Sie die Anwendung von der Anmeldung bis zu den Tokens einen Schlüssel benutzen.",
    },
    user_denied: {
      short: "Benutzer lehnte ab",
      why: "Der Benutzer hat den Zugriff nicht erlaubt.",
      application: "Es ist alles in Ordnung.",
    },
    user_gone: {
      short: "Benutzer abgemeldet",
      why: "Der Benutzer hat sich abgemeldet oder die Erlaubnis entzogen, bevor der Code eingetauscht wurde.",
      application: "Es ist alles in Ordnung, außer wenn es oft geschieht.",
    },
    not_signed_in: {
      short: "Nicht angemeldet",
      why: "Die Anwendung hat ohne Seite gefragt (prompt=none), und niemand war angemeldet.",
      application: "Lassen Sie sie eine Anmeldung mit Seite beginnen.",
    },
    not_asked: {
      short: "Zustimmung nötig",
      why: "Die Anwendung hat ohne Seite gefragt (prompt=none), und der Benutzer muss um Zustimmung gebeten werden.",
      application: "Lassen Sie sie eine Anmeldung mit Seite beginnen",
      here: "kennzeichnen Sie den Client als eigenen",
    },
    another_user: {
      short: "Anderer Benutzer",
      why: "Der id_token_hint nennt einen anderen Benutzer als den, der angemeldet ist.",
      application: "Lassen Sie die Anwendung ohne den Hinweis beginnen.",
    },
    other: { short: "Fehlerhafte Anfrage", why: "", application: "Lassen Sie den Client die Anfrage berichtigen." },
  },
  ending: (hint) => `Das Secret endet mit ${hint}.`,
};
