import { hash } from "node:crypto";

/** Where the systems that Sentinel runs on keep OpenSSL's libcrypto: Debian and its images, and then Red Hat's. */
export const libcryptoPaths: Readonly<Record<string, readonly string[]>> = {
  "x86_64-unknown-linux-gnu": ["/usr/lib/x86_64-linux-gnu/libcrypto.so.3", "/usr/lib64/libcrypto.so.3"],
  "aarch64-unknown-linux-gnu": ["/usr/lib/aarch64-linux-gnu/libcrypto.so.3", "/usr/lib64/libcrypto.so.3"],
};

/** ECDSA on P-256 and RSASSA-PKCS1-v1_5, both with SHA-256. A signature of ECDSA is r and s, of 32 bytes each. */
export type Libcrypto = ReturnType<typeof operationsOf>;

/** Undefined where the library is not installed, may not be loaded, or cannot sign as it is configured. */
export function openLibcrypto(): Libcrypto | undefined {
  for (const path of libcryptoPaths[Deno.build.target] ?? []) {
    try {
      const operations = operationsOf(Deno.dlopen(path, symbols).symbols);
      operations.signP256(new Uint8Array(scalarBytes).fill(1), new Uint8Array());
      return operations;
    } catch {
      // the next one, if any
    }
  }
  return undefined;
}

const symbols = {
  OPENSSL_init_crypto: { parameters: ["u64", "pointer"], result: "i32" },
  EC_KEY_new_by_curve_name: { parameters: ["i32"], result: "pointer" },
  EC_KEY_oct2key: { parameters: ["pointer", "buffer", "usize", "pointer"], result: "i32" },
  EC_KEY_oct2priv: { parameters: ["pointer", "buffer", "usize"], result: "i32" },
  ECDSA_do_sign: { parameters: ["buffer", "i32", "pointer"], result: "pointer" },
  ECDSA_do_verify: { parameters: ["buffer", "i32", "pointer", "pointer"], result: "i32" },
  ECDSA_SIG_new: { parameters: [], result: "pointer" },
  ECDSA_SIG_free: { parameters: ["pointer"], result: "void" },
  ECDSA_SIG_get0_r: { parameters: ["pointer"], result: "pointer" },
  ECDSA_SIG_get0_s: { parameters: ["pointer"], result: "pointer" },
  ECDSA_SIG_set0: { parameters: ["pointer", "pointer", "pointer"], result: "i32" },
  BN_bin2bn: { parameters: ["buffer", "i32", "pointer"], result: "pointer" },
  BN_bn2binpad: { parameters: ["pointer", "buffer", "i32"], result: "i32" },
  d2i_RSAPrivateKey: { parameters: ["pointer", "buffer", "i64"], result: "pointer" },
  RSA_free: { parameters: ["pointer"], result: "void" },
  RSA_size: { parameters: ["pointer"], result: "i32" },
  RSA_sign: { parameters: ["i32", "buffer", "u32", "buffer", "buffer", "pointer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Numbers of OpenSSL's obj_mac.h: the curve P-256, and SHA-256. */
const prime256v1 = 415, sha256 = 672;

/** `OPENSSL_INIT_NO_ATEXIT`: the library would free its state at the exit, while workers may still sign. */
const withoutExitHandler = 0x0008_0000n;

/** Of the numbers r and s, and of a private key. */
const scalarBytes = 32;

/** The objects of the library are made once and hold one key after the other: making one takes a sixth of a call. */
function operationsOf(lib: Deno.DynamicLibrary<typeof symbols>["symbols"]) {
  lib.OPENSSL_init_crypto(withoutExitHandler, null);
  const verifying = lib.EC_KEY_new_by_curve_name(prime256v1), signing = lib.EC_KEY_new_by_curve_name(prime256v1);
  const checked = lib.ECDSA_SIG_new();
  if (!verifying || !signing || !checked) throw new Error("libcrypto has no P-256");
  const rsaKeys = new FinalizationRegistry<Deno.PointerValue>(lib.RSA_free);
  return { verifyP256, signP256, rsaSigner };

  /** `point`: the public key, uncompressed (SEC 1 §2.3.3). */
  function verifyP256(point: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>, data: Uint8Array): boolean {
    if (signature.length !== 2 * scalarBytes) return false;
    if (lib.EC_KEY_oct2key(verifying, point, BigInt(point.length), null) !== 1) return false;
    const [r, s] = [signature.subarray(0, scalarBytes), signature.subarray(scalarBytes)];
    const numberOf = (bytes: Uint8Array<ArrayBuffer>) => lib.BN_bin2bn(bytes, scalarBytes, null);
    const isSet = lib.ECDSA_SIG_set0(checked, numberOf(r), numberOf(s)) === 1; // owns them until the next signature
    if (!isSet) return false;
    return lib.ECDSA_do_verify(digestOf(data), scalarBytes, checked, verifying) === 1;
  }

  /** `scalar`: the private key. */
  function signP256(scalar: Uint8Array<ArrayBuffer>, data: Uint8Array): Uint8Array<ArrayBuffer> {
    const isSet = lib.EC_KEY_oct2priv(signing, scalar, BigInt(scalar.length)) === 1;
    const made = isSet ? lib.ECDSA_do_sign(digestOf(data), scalarBytes, signing) : null;
    if (!made) throw new Error("libcrypto could not sign by ECDSA");
    const signature = new Uint8Array(2 * scalarBytes);
    lib.BN_bn2binpad(lib.ECDSA_SIG_get0_r(made), signature, scalarBytes);
    lib.BN_bn2binpad(lib.ECDSA_SIG_get0_s(made), signature.subarray(scalarBytes), scalarBytes);
    lib.ECDSA_SIG_free(made);
    return signature;
  }

  /** Signs by a private key in DER (RFC 8017 appendix A.1.2), which is wiped. */
  function rsaSigner(pkcs1: Uint8Array<ArrayBuffer>): (data: Uint8Array) => Uint8Array<ArrayBuffer> {
    const start = new BigUint64Array([Deno.UnsafePointer.value(Deno.UnsafePointer.of(pkcs1))]);
    const key = lib.d2i_RSAPrivateKey(null, start, BigInt(pkcs1.length));
    pkcs1.fill(0); // and it is alive until now, although C got only its address
    if (!key) throw new Error("libcrypto cannot read the RSA key");
    const sizeBytes = lib.RSA_size(key);
    const signer = (data: Uint8Array) => {
      const signature = new Uint8Array(sizeBytes);
      const written = new Uint32Array(1);
      const isSigned = lib.RSA_sign(sha256, digestOf(data), scalarBytes, signature, written, key) === 1;
      if (!isSigned) throw new Error("libcrypto could not sign by RSA");
      return signature;
    };
    rsaKeys.register(signer, key);
    return signer;
  }
}

function digestOf(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return hash("sha256", data, "buffer") as Uint8Array<ArrayBuffer>;
}
