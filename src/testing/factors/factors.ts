import { createHmac } from "node:crypto";
import { replaceRecoveryCodes } from "../../credentials/recovery_codes/recovery_codes.ts";
import type { Sentinel } from "../harness.ts";

/** An app of the user's: `code(1)` is that of the next 30 seconds. */
export type App = { id: string; secret: string; code: (steps?: number) => string; recoveryCodes: string[] };

/** A confirmed TOTP factor of the user, with recovery codes. The codes of now and of the next step are unused. */
export async function newApp(
  { db, totp, clock, factors }: Pick<Sentinel, "db" | "totp" | "clock" | "factors">,
  userId: string,
  name = "phone",
): Promise<App> {
  return await db.transaction(async (tx) => {
    const { id, secret } = await totp.enrolIn(tx, { id: userId, label: "somebody" }, name);
    const code = (steps = 0) => totpCode(secret, Math.floor(clock.now() / 30_000) + steps);
    if (!await totp.confirmIn(tx, userId, id, code())) throw new Error("the factor is not confirmed");
    await tx.query("test", "update totp_factors set last_step = last_step - 1 where id = $1", [id]);
    await factors.noteChangeIn(tx, userId);
    return { id, secret, code, recoveryCodes: await replaceRecoveryCodes(tx, userId) };
  });
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code of a time step, computed independently of the server (RFC 4226 §5.3). */
export function totpCode(base32: string, step: number): string {
  const bits = [...base32].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Uint8Array.from(bits.match(/.{8}/g)!, (byte) => parseInt(byte, 2));
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = createHmac("sha1", key).update(new Uint8Array(counter.buffer)).digest();
  const number = mac.readUInt32BE(mac.at(-1)! & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
