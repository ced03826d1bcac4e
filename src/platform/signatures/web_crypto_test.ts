import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import manifest from "../../../deno.json" with { type: "json" };
import { es256, importedPair, rs256 } from "../../testing/signing_keys.ts";
import { libcryptoPaths } from "./libcrypto.ts";
import { useLibcrypto, verifyP256 } from "./web_crypto.ts";

const data = new TextEncoder().encode("naïve\0");

const source = useLibcrypto();
const library = crypto.subtle;
/** The operations of the runtime, which are the prototype's. */
const { sign, verify } = SubtleCrypto.prototype;
const runtime = { sign: sign.bind(library), verify: verify.bind(library) };

const [ec, rsa] = [await importedPair(es256), await importedPair(rs256)];

const isInstalled = libcryptoPaths[Deno.build.target]?.some((path) => existsSync(path)) ?? false;

Deno.test({ name: "the library is found", ignore: !isInstalled }, () => {
  assert.equal(source, "library");
  assert.notEqual(library.verify, verify);
});

for (const [algorithm, { privateKey, publicKey }] of [[es256, ec], [rs256, rsa]] as const) {
  Deno.test(`what the library signs by ${algorithm.name}, the runtime verifies, and the reverse`, async () => {
    for (const [signer, verifier] of [[library, runtime], [runtime, library]] as const) {
      const signature = new Uint8Array(await signer.sign(algorithm, privateKey, data));
      const isValid = (bytes: Uint8Array<ArrayBuffer>, about = data) =>
        verifier.verify(algorithm, publicKey, bytes, about);
      assert.equal(await isValid(signature), true);
      assert.equal(await isValid(signature, data.subarray(1)), false);
      for (const place of [0, 31, 32, 63]) {
        assert.equal(await isValid(signature.map((byte, at) => at === place ? byte ^ 1 : byte)), false);
      }
    }
  });
}

Deno.test("two signatures of ECDSA of the same data differ: each has a nonce of its own", async () => {
  const [one, two] = await Promise.all([1, 2].map(() => library.sign(es256, ec.privateKey, data)));
  assert.notDeepEqual(one, two);
});

Deno.test("the example of RFC 7515 appendix A.3 is valid", async () => {
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  };
  const [header, claims, signature] = ("eyJhbGciOiJFUzI1NiJ9" +
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" +
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q").split(".");
  const key = await library.importKey("jwk", jwk, es256, false, ["verify"]);
  const bytes = Buffer.from(signature!, "base64url");
  assert.equal(await library.verify(es256, key, bytes, Buffer.from(`${header}.${claims}`)), true);
});

Deno.test("a signature of another form is not valid: too short, too long, zero, or above the order of the curve", async () => {
  const valid = new Uint8Array(await library.sign(es256, ec.privateKey, data));
  const odd = [
    new Uint8Array(),
    valid.subarray(1),
    new Uint8Array([...valid, 0]),
    new Uint8Array(64),
    new Uint8Array(64).fill(255),
    valid.map((byte, place) => place < 32 ? 0 : byte),
    valid.map((byte, place) => place < 32 ? byte : 255),
  ];
  for (const signature of odd) {
    assert.equal(await library.verify(es256, ec.publicKey, signature, data), false);
    assert.equal(await runtime.verify(es256, ec.publicKey, signature, data), false);
  }
  assert.equal(await library.verify(es256, ec.publicKey, valid, data), true);
});

Deno.test("data may be any view of a buffer", async () => {
  const { buffer } = Uint8Array.of(7, ...data, 7);
  const view = new DataView(buffer, 1, data.length);
  const signature = await library.sign(es256, ec.privateKey, view);
  assert.equal(await library.verify(es256, ec.publicKey, signature, data.slice().buffer), true);
});

Deno.test("what is no bytes is refused as by the runtime", async () => {
  for (const odd of ["abc", 5, [1, 2], null, {}, new SharedArrayBuffer(4)] as never[]) {
    await assert.rejects(library.sign(es256, ec.privateKey, odd), TypeError);
    await assert.rejects(library.verify(es256, ec.publicKey, odd, data), TypeError);
  }
});

Deno.test("a key is what it was when its import began", async () => {
  const jwk = await library.exportKey("jwk", ec.publicKey);
  const importing = library.importKey("jwk", jwk, es256, true, ["verify"]);
  jwk.x = jwk.y!;
  assert.equal(
    await library.verify(es256, await importing, await library.sign(es256, ec.privateKey, data), data),
    true,
  );
});

Deno.test("a process whose threads sign ends with its exit code", async () => {
  const worker = `import { useLibcrypto } from ${JSON.stringify(import.meta.resolve("./web_crypto.ts"))};
    useLibcrypto();
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ["sign"]);
    const jwk = await crypto.subtle.exportKey("jwk", privateKey);
    const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"]);
    for (let n = 0;; n++) {
      await crypto.subtle.sign(algorithm, key, new Uint8Array(9));
      if (n === 100) postMessage("it signs");
    }`;
  const program = `const url = URL.createObjectURL(new Blob([${JSON.stringify(worker)}], { type: "text/javascript" }));
    let signing = 0;
    for (let n = 0; n < 3; n++) {
      new Worker(url, { type: "module" }).onmessage = () => ++signing === 3 && Deno.exit(7);
    }`;
  for (let attempt = 0; attempt < 5; attempt++) assert.equal((await run(program, ["-A"])).code, 7);
});

Deno.test("other hashes and other keys are the runtime's", async () => {
  const sha384 = { ...es256, hash: { name: "SHA-384" } };
  const signature = await library.sign(sha384, ec.privateKey, data);
  assert.equal(await runtime.verify(sha384, ec.publicKey, signature, data), true);
  assert.equal(await library.verify(es256, ec.publicKey, signature, data), false);
  const made = await library.generateKey(es256, true, ["sign", "verify"]) as CryptoKeyPair;
  assert.equal(
    await library.verify(es256, made.publicKey, await library.sign(es256, made.privateKey, data), data),
    true,
  );
});

Deno.test("a key does only what it was imported for", async () => {
  await assert.rejects(library.sign(es256, ec.publicKey, data), { name: "InvalidAccessError" });
  await assert.rejects(library.sign(rs256, ec.privateKey, data), { name: "InvalidAccessError" });
  await assert.rejects(library.verify(es256, ec.privateKey, new Uint8Array(64), data), { name: "InvalidAccessError" });
  await assert.rejects(library.verify(rs256, ec.publicKey, new Uint8Array(64), data), { name: "InvalidAccessError" });
});

Deno.test("a signature is verified by the bytes of a public key too", async () => {
  const point = new Uint8Array(await library.exportKey("raw", ec.publicKey));
  const signature = new Uint8Array(await runtime.sign(es256, ec.privateKey, data));
  assert.equal(await verifyP256(point, signature, data), true);
  assert.equal(await verifyP256(point, signature, data.subarray(1)), false);
  assert.equal(await verifyP256(point, signature.subarray(1), data), false);
  assert.equal(await verifyP256(point.map((byte, place) => place === 64 ? byte ^ 1 : byte), signature, data), false);
});

Deno.test("a point that is not on the curve verifies nothing", async () => {
  const jwk = await library.exportKey("jwk", ec.publicKey);
  const key = await library.importKey("jwk", { ...jwk, y: jwk.x! }, es256, false, ["verify"]);
  assert.equal(await library.verify(es256, key, await library.sign(es256, ec.privateKey, data), data), false);
});

const permitted = "the server's permissions let it load the library, and without them it goes on without";
Deno.test({ name: permitted, ignore: !isInstalled }, async () => {
  const flags = manifest.tasks.sentinel.command.split(" ").filter((word) => /^--(?:allow|ignore|no-prompt)/.test(word));
  assert.equal(await sourceIn(flags), "library\n");
  assert.equal(await sourceIn(flags.filter((flag) => !flag.startsWith("--allow-ffi"))), "runtime\n");
});

async function sourceIn(flags: string[]): Promise<string> {
  const program = `import { useLibcrypto } from ${JSON.stringify(import.meta.resolve("./web_crypto.ts"))};
    console.log(useLibcrypto());`;
  return new TextDecoder().decode((await run(program, flags)).stdout);
}

async function run(program: string, flags: string[]): Promise<Deno.CommandOutput> {
  const args = ["run", "--quiet", "--no-check", ...flags, "-"];
  const process = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" }).spawn();
  await new Blob([program]).stream().pipeTo(process.stdin);
  return await process.output();
}
