import { createPrivateKey, createPublicKey, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readIfPresent } from "../files";
import { type Layout } from "./layout";

/** One year: a control plane that lives longer gets new certificates at its next start after that. */
const VALIDITY_DAYS = 365;
/** Renewed at a start this close to the end, so that a long session does not lose its server. */
const RENEWAL_DAYS = 30;
const DAY = 86_400_000;

/** The first address of the service range, which is the `kubernetes` Service. */
const KUBERNETES_SERVICE_ADDRESS = "10.96.0.1";
const LOOPBACK = ["localhost", "127.0.0.1"];

/** Certificate authorities: etcd trusts nobody whom the API server may sign for. */
type Authority = "ca" | "etcd-ca" | "front-proxy-ca";

interface Leaf {
  authority: Authority;
  commonName: string;
  organization?: string;
  usage: readonly ("server" | "client")[];
  names?: readonly string[];
}

const AUTHORITIES: readonly Authority[] = ["ca", "etcd-ca", "front-proxy-ca"];

const LEAVES = {
  apiserver: {
    authority: "ca",
    commonName: "kube-apiserver",
    usage: ["server"],
    names: [
      ...LOOPBACK,
      KUBERNETES_SERVICE_ADDRESS,
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      "kubernetes.default.svc.cluster.local",
    ],
  },
  etcd: { authority: "etcd-ca", commonName: "etcd", usage: ["server", "client"], names: LOOPBACK },
  "apiserver-etcd-client": { authority: "etcd-ca", commonName: "kube-apiserver", usage: ["client"] },
  "front-proxy-client": { authority: "front-proxy-ca", commonName: "front-proxy-client", usage: ["client"] },
  "component-server": { authority: "ca", commonName: "control-plane", usage: ["server"], names: LOOPBACK },
  "controller-manager": { authority: "ca", commonName: "system:kube-controller-manager", usage: ["client"] },
  scheduler: { authority: "ca", commonName: "system:kube-scheduler", usage: ["client"] },
  admin: { authority: "ca", commonName: "altlas:administrator", organization: "system:masters", usage: ["client"] },
  // They play the kubelets and a storage driver, which no built-in role covers together.
  kwok: { authority: "ca", commonName: "altlas:kwok", organization: "system:masters", usage: ["client"] },
  agent: { authority: "ca", commonName: "altlas:agent", organization: "system:masters", usage: ["client"] },
} as const satisfies Record<string, Leaf>;

/** Names of the client certificates that a component or the administrator uses. */
export type LeafName = keyof typeof LEAVES;

/** Path of a certificate or key, such as "ca.crt". */
export function pkiFile(
  layout: Layout,
  name: `${Authority | LeafName}.${"crt" | "key"}` | "service-account.key" | "service-account.pub",
): string {
  return path.join(layout.pki, name);
}

/**
 * Makes sure that the certificates are there, fit together and stay valid for a while. Made as a
 * whole in a folder beside and moved in one step, so a crash leaves either all or none.
 *
 * @returns whether they were made anew; whoever uses the old ones must then be started again.
 */
export async function ensurePki(layout: Layout, now = new Date()): Promise<boolean> {
  if (isUsable(layout, now)) {
    return false;
  }
  const staging = `${layout.pki}.${randomBytes(6).toString("hex")}`;
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(await makeAll(now))) {
    writeFileSync(path.join(staging, name), content, { mode: 0o600, flush: true });
  }
  rmSync(layout.pki, { recursive: true, force: true });
  renameSync(staging, layout.pki);
  return true;
}

function isUsable(layout: Layout, now: Date): boolean {
  const soon = now.getTime() + RENEWAL_DAYS * DAY;
  const read = (name: string): string => readIfPresent(path.join(layout.pki, name)) ?? "";
  try {
    createPrivateKey(read("service-account.key"));
    createPublicKey(read("service-account.pub"));
    const authorities = new Map(AUTHORITIES.map((name) => [name, new X509Certificate(read(`${name}.crt`))]));
    const leaves = Object.entries<Leaf>(LEAVES).map(([name, { authority }]) => ({
      name,
      issuer: authorities.get(authority),
    }));
    const roots = AUTHORITIES.map((name) => ({ name, issuer: authorities.get(name) }));
    return [...roots, ...leaves].every(({ name, issuer }) => {
      const certificate = new X509Certificate(read(`${name}.crt`));
      return (
        issuer !== undefined &&
        certificate.verify(issuer.publicKey) &&
        certificate.checkPrivateKey(createPrivateKey(read(`${name}.key`))) &&
        certificate.validToDate.getTime() > soon
      );
    });
  } catch {
    // Missing or damaged: made anew.
    return false;
  }
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

async function makeAll(now: Date): Promise<Record<string, string>> {
  // Loaded only when something is made; the library looks for its metadata support when it loads.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  x509.cryptoProvider.set(webcrypto);
  // A minute back, for clocks that are read by another program a moment earlier.
  const notBefore = new Date(now.getTime() - 60_000);
  const notAfter = new Date(now.getTime() + VALIDITY_DAYS * DAY);
  const files: Record<string, string> = {};
  const makeKeys = async (name: string): Promise<webcrypto.CryptoKeyPair> => {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const der = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    files[`${name}.key`] = x509.PemConverter.encode(der, "PRIVATE KEY") + "\n";
    return keys;
  };
  const authorities = new Map<Authority, { keys: webcrypto.CryptoKeyPair; subject: string }>();
  for (const authority of AUTHORITIES) {
    const keys = await makeKeys(authority);
    const subject = `CN=altlas-sandbox ${authority}`;
    authorities.set(authority, { keys, subject });
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: subject,
      keys,
      notBefore,
      notAfter,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    files[`${authority}.crt`] = certificate.toString("pem") + "\n";
  }
  for (const [name, leaf] of Object.entries<Leaf>(LEAVES)) {
    const issuer = authorities.get(leaf.authority);
    if (issuer === undefined) {
      throw new Error(`No authority ${leaf.authority}`);
    }
    const keys = await makeKeys(name);
    const usages = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth };
    const names = leaf.names ?? [];
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [{ CN: [leaf.commonName] }, ...(leaf.organization === undefined ? [] : [{ O: [leaf.organization] }])],
      issuer: issuer.subject,
      publicKey: keys.publicKey,
      signingKey: issuer.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      notBefore,
      notAfter,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension(leaf.usage.map((usage) => usages[usage])),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
        ...(names.length === 0
          ? []
          : [
              new x509.SubjectAlternativeNameExtension(
                names.map((value) => ({ type: /^[\d.]+$/.test(value) ? ("ip" as const) : ("dns" as const), value })),
              ),
            ]),
      ],
    });
    files[`${name}.crt`] = certificate.toString("pem") + "\n";
  }
  const serviceAccount = await makeKeys("service-account");
  const publicKey = await webcrypto.subtle.exportKey("spki", serviceAccount.publicKey);
  files["service-account.pub"] = x509.PemConverter.encode(publicKey, "PUBLIC KEY") + "\n";
  return files;
}
