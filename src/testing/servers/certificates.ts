import { join } from "node:path";

/** Files of a test's certificate authority, and of a server's certificate that it signed. */
export type Certificates = { ca: string; certificate: string; key: string };

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-batch"];

/** Creates them in `folder` with openssl. The server's certificate is for `subjectAltName`, such as `IP:127.0.0.1`. */
export async function createCertificates(folder: string, subjectAltName: string): Promise<Certificates> {
  const [ca, caKey, certificate, key, request] = ["ca.pem", "ca.key", "server.pem", "server.key", "server.csr"]
    .map((name) => join(folder, name)) as [string, string, string, string, string];
  await openssl("req", "-x509", ...newKey, "-subj", "/CN=Test CA", "-days", "2", "-keyout", caKey, "-out", ca);
  const name = ["-subj", "/CN=Test server", "-addext", `subjectAltName=${subjectAltName}`];
  await openssl("req", ...newKey, ...name, "-keyout", key, "-out", request);
  const signer = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-days", "2", "-copy_extensions", "copy"];
  await openssl("x509", "-req", "-in", request, ...signer, "-out", certificate);
  return { ca, certificate, key };
}

async function openssl(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
