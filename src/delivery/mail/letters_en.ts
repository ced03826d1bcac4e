import type { LetterTexts, Where } from "./letters.ts";

const where = ({ time, address, device }: Where) => `When: ${time}. From: ${address}, ${device}.`;
const notYou = "If this was not you, reset your password at once, and tell the operator of this service.";

/** The letters in English. */
export const english: LetterTexts = {
  greeting: (name) => `Hello ${name},`,
  code: "Code",
  unknownDevice: "an unknown device",
  unknownAddress: "an unknown address",
  footer: (brand, url) => `Please do not reply to this mail of ${brand}: ${url}`,
  letters: {
    email_verification: ({ brand }) => ({
      subject: `Confirm your e-mail address for ${brand}`,
      texts: [
        `this address was given for an account at ${brand}. To confirm it, open the link, or type the code where you asked for this mail.`,
      ],
      action: "Confirm the address",
      after: [
        "The link works once, for 24 hours. If you have no such account, ignore this mail: without your confirmation nothing happens.",
      ],
    }),
    email_change_new: ({ brand }) => ({
      subject: `Confirm your new e-mail address for ${brand}`,
      texts: [
        `an account at ${brand} is to use this address. To agree, open the link, or type the code where you asked for the change.`,
      ],
      action: "Confirm the new address",
      after: ["The link works once, for 24 hours. If you did not ask for this, ignore this mail."],
    }),
    email_change_old: ({ brand, address }) => ({
      subject: `Your e-mail address at ${brand} is to be changed`,
      texts: [
        `your account at ${brand} is to use the address ${address} in place of this one. The change needs your agreement: open the link, or type the code where you asked for the change.`,
      ],
      action: "Agree to the change",
      after: [
        "The link works once, for 24 hours. If you did not ask for this, do not open it: somebody may know your password, so change it.",
      ],
    }),
    password_reset: ({ brand }) => ({
      subject: `Reset your password at ${brand}`,
      texts: [`a new password was requested for your account at ${brand}. To set one, open the link.`],
      action: "Set a new password",
      after: [
        "The link works once, for 30 minutes. If you did not ask for it, ignore this mail: your password stays as it is.",
      ],
    }),
    invitation: ({ brand, inviter }) => ({
      subject: `You are invited to ${brand}`,
      texts: [
        `${inviter ? `${inviter} invites you` : "you are invited"} to ${brand}. To create your account, open the link.`,
      ],
      action: "Create your account",
      after: [
        "The link works once, for 7 days, and for this address only. If you do not want an account, ignore this mail.",
      ],
    }),
    registration_attempted: ({ brand }) => ({
      subject: `You already have an account at ${brand}`,
      texts: [
        `somebody tried to create an account at ${brand} with this address, which already has one. If it was you, sign in, or reset your password if you do not know it.`,
        "If it was not you, there is nothing to do: nothing was changed.",
      ],
    }),
    new_sign_in: (values) => ({
      subject: `New sign-in at ${values.brand}`,
      texts: ["your account was signed in to from a place that we do not know.", where(values), notYou],
    }),
    password_changed: (values) => ({
      subject: `Your password at ${values.brand} was changed`,
      texts: ["the password of your account was changed, and your other sessions were ended.", where(values), notYou],
    }),
    email_changed: (values) => ({
      subject: `Your e-mail address at ${values.brand} was changed`,
      texts: [
        "your account no longer uses this address. Mails about it go to its new one, if it has one.",
        where(values),
        "If this was not you, tell the operator of this service at once.",
      ],
    }),
    account_deleted: (values) => ({
      subject: `Your account at ${values.brand} was deleted`,
      texts: ["your account and your personal data were deleted. This cannot be undone.", where(values)],
    }),
    session_reused: (values) => ({
      subject: `A session at ${values.brand} was ended`,
      texts: [
        "a token of one of your sessions was used twice, so it may have been copied. We ended that session; sign in again.",
        where(values),
        notYou,
      ],
    }),
    api_key_created: (values) => ({
      subject: `A new API key at ${values.brand}`,
      texts: [
        `the API key “${values.key}” was created for your account, or got another secret.`,
        where(values),
        notYou,
      ],
    }),
    api_key_leaked: (values) => ({
      subject: `An API key at ${values.brand} was found in public`,
      texts: [
        `the API key “${values.key}” was reported as found in public, so we revoked it. Programs that use it are refused from now on: create another key for them, and find out how it became public.`,
        where(values),
      ],
    }),
    factor_added: (values) => ({
      subject: `A second factor for your account at ${values.brand}`,
      texts: [
        `“${values.factor}” was added to your account. From now on, signing in takes a code of it besides your password.`,
        where(values),
        notYou,
      ],
    }),
    factor_removed: (values) => ({
      subject: `A second factor of your account at ${values.brand} was removed`,
      texts: [`“${values.factor}” was removed from your account and no longer signs you in.`, where(values), notYou],
    }),
    factors_reset: (values) => ({
      subject: `The second factors of your account at ${values.brand} were removed`,
      texts: [
        "an administrator removed all second factors and recovery codes of your account. Until you set one up again, your password alone signs you in.",
        where(values),
        "If you did not ask for this, tell the operator of this service at once.",
      ],
    }),
    factor_rested: (values) => ({
      subject: `Many wrong codes for your account at ${values.brand}`,
      texts: [
        "100 wrong codes in a row were entered for your account, so codes of your authenticator app are refused. Sign in with a recovery code, or ask an administrator to remove the app. If this was not you, somebody may know your password: change it.",
        where(values),
      ],
    }),
    passkey_added: (values) => ({
      subject: `A passkey for your account at ${values.brand}`,
      texts: [
        `the passkey “${values.factor}” was added to your account. From now on it signs you in, and signing in by a password takes a second factor.`,
        where(values),
        notYou,
      ],
    }),
    passkey_counter_regressed: (values) => ({
      subject: `Check a passkey of your account at ${values.brand}`,
      texts: [
        `the passkey “${values.factor}” was used, but its count of signatures did not rise. If you have reset or restored that device, this is expected. If not, somebody may have copied the passkey: remove it from your account and set up another one.`,
        where(values),
        notYou,
      ],
    }),
    recovery_codes_created: (values) => ({
      subject: `New recovery codes for your account at ${values.brand}`,
      texts: ["new recovery codes were created for your account. Earlier ones no longer work.", where(values), notYou],
    }),
    recovery_code_used: (values) => ({
      subject: `A recovery code for your account at ${values.brand} was used`,
      texts: ["a recovery code was used in place of another factor. It does not work again.", where(values), notYou],
    }),
    test: ({ brand }) => ({
      subject: `Test mail from ${brand}`,
      texts: ["this is a test mail. It has arrived, so mail works."],
    }),
  },
};
