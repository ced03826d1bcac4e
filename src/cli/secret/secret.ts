import { localActor } from "../../vocabulary/actor.ts";
import { noChanges } from "../../platform/change_feed/change_feed.ts";
import { createKeys } from "../../tokens/keys/keys.ts";
import { createSecrets } from "../../vocabulary/secrets.ts";
import { command, type Group, UsageError } from "../command.ts";
import { configOf, withDatabase, withServices } from "../setup.ts";

const reset = command({
  name: "reset",
  summary: "Continue with a new secret after SENTINEL_SECRET was lost",
  flags: {
    confirm: { about: "confirm that the secret is lost: revoke every session and retire every signing key of it" },
  },
  about:
    `Set SENTINEL_SECRET to a new one first (openssl rand -base64 32); without DATABASE_URL, a missing data/secret is
created here. Stop every server before.

Lost are all sessions, page tokens, the signing keys and exports written for the lost secret: users log in again,
and verifiers fetch the new keys. Users, passwords, roles and the audit log stay. The log records the reset, and
"audit verify" reports it. A secret that is not lost is changed by SENTINEL_SECRET_PREVIOUS instead.`,
  async run({ flags: { confirm = false }, io, out }) {
    if (!confirm) throw new UsageError("nothing was changed: add --confirm if the secret is really lost");
    const settings = configOf(io);
    const retired = await withDatabase(settings, io, ({ db, secret }) => {
      const secrets = createSecrets(secret, settings.SENTINEL_SECRET_PREVIOUS);
      return createKeys({ db, secrets, cacheValidity: noChanges }).replaceLost();
    }, { newSecret: true });
    const { revoked, taken } = await withServices(io, async ({ sessionRevocation, sealer, checkpoints }) => {
      const revoked = retired.length > 0 ? await sessionRevocation.revokeEverySession(localActor) : 0;
      await sealer.seal();
      return { revoked, taken: await checkpoints.takeOver() };
    }, settings);
    const changed = retired.length > 0 || taken !== undefined;
    out.done(
      changed
        ? `Retired ${retired.length} signing keys of the lost secret and revoked ${revoked} sessions. Run "sentinel audit verify".`
        : "Nothing is sealed with another secret; nothing was changed.",
      { retired, revoked },
    );
  },
});

export const secretCommands: Group = {
  name: "secret",
  summary: "Continue after the secret was lost",
  commands: [reset],
};
