import { X509Certificate } from "node:crypto";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeKubeconfigs } from "../../../sandbox/control-plane/kubeconfig";
import { layoutOf, type Layout } from "../../../sandbox/control-plane/layout";
import { ensurePki, pkiFile } from "../../../sandbox/control-plane/pki";

const DAY = 86_400_000;
let layout: Layout;

beforeEach(() => {
  layout = layoutOf(mkdtempSync(path.join(tmpdir(), "altlas-pki-")));
});

afterEach(() => {
  rmSync(layout.folder, { recursive: true, force: true });
});

function certificate(name: Parameters<typeof pkiFile>[1]): X509Certificate {
  return new X509Certificate(readFileSync(pkiFile(layout, name)));
}

describe("the certificates", () => {
  it("are signed by the authority they belong to, and by no other", async () => {
    await ensurePki(layout);
    const [ca, etcd, front] = [certificate("ca.crt"), certificate("etcd-ca.crt"), certificate("front-proxy-ca.crt")];
    expect(certificate("apiserver.crt").verify(ca.publicKey)).toBe(true);
    expect(certificate("admin.crt").checkIssued(ca)).toBe(true);
    expect(certificate("etcd.crt").verify(etcd.publicKey)).toBe(true);
    expect(certificate("apiserver-etcd-client.crt").verify(etcd.publicKey)).toBe(true);
    expect(certificate("front-proxy-client.crt").verify(front.publicKey)).toBe(true);
    // Whoever gets a certificate from the cluster must not get into etcd with it.
    expect(certificate("admin.crt").verify(etcd.publicKey)).toBe(false);
  });

  it("name the loopback interface only, and say who a user is", async () => {
    await ensurePki(layout);
    const server = certificate("apiserver.crt");
    expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(server.checkHost("kubernetes.default.svc")).toBe("kubernetes.default.svc");
    expect(server.subjectAltName).toBe(
      "DNS:localhost, IP Address:127.0.0.1, IP Address:10.96.0.1, DNS:kubernetes, DNS:kubernetes.default, " +
        "DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local",
    );
    expect(certificate("admin.crt").subject).toBe("CN=altlas:administrator\nO=system:masters");
    expect(certificate("scheduler.crt").subject).toBe("CN=system:kube-scheduler");
  });

  it("are kept while they are good, and all of it is readable for its owner only", async () => {
    expect(await ensurePki(layout)).toBe(true);
    const before = readFileSync(pkiFile(layout, "ca.crt"), "utf8");
    expect(await ensurePki(layout)).toBe(false);
    expect(readFileSync(pkiFile(layout, "ca.crt"), "utf8")).toBe(before);
    for (const name of readdirSync(layout.pki)) expect(statSync(path.join(layout.pki, name)).mode & 0o077).toBe(0);
    expect(readdirSync(layout.folder)).toEqual(["pki"]);
  });

  it.each([
    ["a key is cut off", () => truncateSync(pkiFile(layout, "admin.key"), 20)],
    ["a certificate is missing", () => rmSync(pkiFile(layout, "etcd.crt"))],
    [
      "a key belongs to another certificate",
      () => writeFileSync(pkiFile(layout, "kwok.key"), readFileSync(pkiFile(layout, "agent.key"))),
    ],
    ["the service accounts' key is empty", () => truncateSync(pkiFile(layout, "service-account.key"))],
    [
      "a certificate is of another authority",
      () => writeFileSync(pkiFile(layout, "etcd-ca.crt"), readFileSync(pkiFile(layout, "ca.crt"))),
    ],
  ])("are made anew when %s", async (_, damage) => {
    await ensurePki(layout);
    readdirSync(layout.pki).forEach((name) => chmodSync(path.join(layout.pki, name), 0o600));
    damage();
    expect(await ensurePki(layout)).toBe(true);
    expect(await ensurePki(layout)).toBe(false);
  });

  it("are renewed a month before they end, and not earlier", async () => {
    const start = new Date("2026-01-01T00:00:00Z");
    await ensurePki(layout, start);
    expect(await ensurePki(layout, new Date(start.getTime() + 334 * DAY))).toBe(false);
    expect(await ensurePki(layout, new Date(start.getTime() + 336 * DAY))).toBe(true);
  });
});

describe("the kubeconfig", () => {
  it("has the one context of the sandbox and needs no other file", async () => {
    await ensurePki(layout);
    writeKubeconfigs(layout, "https://127.0.0.1:6443");
    const text = readFileSync(layout.kubeconfig, "utf8");
    expect(text).toContain("current-context: altlas-sandbox");
    expect(text).toContain("server: https://127.0.0.1:6443");
    expect(text).not.toContain(layout.folder);
    expect(statSync(layout.kubeconfig).mode & 0o777).toBe(0o600);
  });
});
