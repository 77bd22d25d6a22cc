import fc from "fast-check";
import { load, YAML11_SCHEMA } from "js-yaml";
import { describe, expect, it } from "vitest";
import { type Manifest } from "../../../model/manifest";
import { pathOf, renderManifests, toYaml } from "../../../render/files";

const manifest = (kind: string, name: string, namespace?: string, apiVersion = "v1"): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

describe("one object as YAML", () => {
  it("begins with what it is", () => {
    const { apiVersion, kind, metadata } = manifest("ConfigMap", "settings", "altlas");
    expect(toYaml({ data: { LEVEL: "info" }, metadata, kind, apiVersion })).toBe(
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: altlas\ndata:\n  LEVEL: info\n",
    );
  });

  it("is read back by a reader of YAML 1.1 as by one of 1.2, whatever its texts look like", () => {
    const looksLike = [
      "yes",
      "on",
      "n",
      "~",
      "",
      "0777",
      "1_000",
      "12:30",
      "1e3",
      ".5",
      "2026-11-24",
      "=",
      "<<",
      "a: b",
    ];
    const text = fc.oneof(fc.constantFrom(...looksLike), fc.string(), fc.string({ unit: "binary" }));
    const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.dictionary(text, value), (data) => {
        // `__proto__` is no key that an API object could have.
        const object = { ...manifest("ConfigMap", "c"), data: structuredClone(data) };
        const yaml = toYaml(object);
        expect(load(yaml)).toEqual(object);
        expect(load(yaml, { schema: YAML11_SCHEMA })).toEqual(object);
      }),
    );
  });

  it("writes out what is shared, without anchors, and leaves out what is not set", () => {
    const labels = { app: "a" };
    const yaml = toYaml({ ...manifest("Service", "s"), spec: { selector: labels, labels, type: undefined } });
    expect(yaml).not.toMatch(/[&*]ref|type/);
    expect(yaml.match(/app: a/g)).toHaveLength(2);
  });
});

describe("many objects as files", () => {
  it("come in an order in which they can be applied, whatever order they were given in", () => {
    const given = [
      manifest("ValidatingWebhookConfiguration", "checks", undefined, "admissionregistration.k8s.io/v1"),
      manifest("HorizontalPodAutoscaler", "web", "shop", "autoscaling/v2"),
      manifest("Deployment", "web", "shop", "apps/v1"),
      manifest("Service", "web", "shop"),
      manifest("ServiceAccount", "web", "shop"),
      manifest("NetworkPolicy", "deny", "shop", "networking.k8s.io/v1"),
      manifest("Certificate", "web", "shop", "cert-manager.io/v1"),
      manifest("PriorityClass", "web", undefined, "scheduling.k8s.io/v1"),
      manifest("Namespace", "shop"),
      manifest("CustomResourceDefinition", "certificates.cert-manager.io", undefined, "apiextensions.k8s.io/v1"),
    ];
    const paths = renderManifests(given).map(({ path }) => path);
    expect(paths).toEqual([
      "00-cluster/10-customresourcedefinition-certificates.cert-manager.io.yaml",
      "00-cluster/20-namespace-shop.yaml",
      "00-cluster/50-priorityclass-web.yaml",
      "10-shop/10-networkpolicy-deny.yaml",
      "10-shop/20-serviceaccount-web.yaml",
      "10-shop/30-service-web.yaml",
      "10-shop/40-deployment-web.yaml",
      "10-shop/50-certificate.cert-manager.io-web.yaml",
      "10-shop/50-horizontalpodautoscaler-web.yaml",
      "90-cluster/50-validatingwebhookconfiguration-checks.yaml",
    ]);
    expect(renderManifests([...given].reverse())).toEqual(renderManifests(given));
  });

  it("have names that every file system takes, and that differ where the objects do", () => {
    expect(pathOf(manifest("ClusterRole", "system:Node", undefined, "rbac.authorization.k8s.io/v1"))).toBe(
      "00-cluster/50-clusterrole-system_3a__4e_ode.yaml",
    );
    const long = (end: string) => pathOf(manifest("ConfigMap", `${"a".repeat(252)}${end}`, "n")).split("/")[1]!;
    expect(long("a").length).toBeLessThan(255);
    expect(long("a")).not.toBe(long("b"));
    expect(pathOf(manifest("constructor", "c", "n"))).toBe("10-n/50-constructor-c.yaml");
  });

  it("are refused when one would hold a secret's value, or two are the same object", () => {
    expect(() => renderManifests([manifest("Secret", "token", "n")])).toThrow(
      "10-n/50-secret-token.yaml: the values of a Secret belong into no file.",
    );
    expect(() => renderManifests([manifest("Service", "a", "n"), manifest("Service", "a", "n")])).toThrow(
      "10-n/30-service-a.yaml: two objects have the same kind, namespace and name.",
    );
  });
});
