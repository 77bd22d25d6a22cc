import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffObjects, fieldChanges, type ObjectDiff } from "../../../../sandbox/plugins/kubernetes/diff";
import { IMMUTABLE_FIELDS } from "../../../../sandbox/plugins/kubernetes/immutable-fields";
import {
  formatPath,
  UNKNOWN,
  type Plain,
  type PlainObject,
} from "../../../../sandbox/plugins/kubernetes/wire/properties";
import { secretOf, unknownValue } from "../../../support/provider-client";
import { inputs } from "./support";

const fixed = { configMapsMutable: false, secretsMutable: false };

function diff(olds: object, news: object, options: { live?: object; settings?: typeof fixed } = {}): ObjectDiff {
  return diffObjects(inputs(olds), inputs(news), (options.live ?? olds) as PlainObject, options.settings ?? fixed);
}
const shown = ({ changes }: ObjectDiff): string[] =>
  changes.map(({ path, kind, replaces }) => `${kind} ${formatPath(path)}${replaces ? " replaces" : ""}`);

const object = (apiVersion: string, kind: string, rest: object = {}, metadata: object = {}): object => ({
  apiVersion,
  kind,
  metadata: { name: "a", namespace: "ns", ...metadata },
  ...rest,
});
const deployment = (spec: object, metadata: object = {}): object => object("apps/v1", "Deployment", { spec }, metadata);

describe("field by field", () => {
  it("diff-fields: each changed place is named with what happened to it", () => {
    const changed = diff(
      deployment({
        replicas: 1,
        template: { spec: { containers: [{ name: "a", image: "x:1" }, { name: "b" }] } },
        paused: true,
      }),
      deployment({
        replicas: 2,
        template: { spec: { containers: [{ name: "a", image: "x:2" }] } },
        minReadySeconds: 5,
      }),
    );
    expect(shown(changed).sort()).toEqual([
      "add spec.minReadySeconds",
      "delete spec.paused",
      "delete spec.template.spec.containers[1]",
      "update spec.replicas",
      "update spec.template.spec.containers[0].image",
    ]);
    expect(changed.deleteBeforeReplace).toBe(false);
  });

  it("diff-fields: equal inputs, in any order and with nulls, are no change", () => {
    expect(diff({ a: 1, metadata: { b: null }, c: [1] }, { c: [1], metadata: {}, a: 1 }).changes).toEqual([]);
  });

  it("diff-fields: text and number are different things", () => {
    expect(shown(diff(deployment({ replicas: 1 }), deployment({ replicas: "1" })))).toEqual(["update spec.replicas"]);
  });

  it("diff-fields: for any two values there are changes exactly when they differ", () => {
    const value = fc.letrec<{ any: Plain }>((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom("x", "y"),
        fc.integer({ min: 0, max: 2 }),
        fc.boolean(),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "c"), tie("any"), { noNullPrototype: true }),
      ),
    })).any;
    fc.assert(
      fc.property(value, value, (left, right) => {
        expect(fieldChanges(left, left)).toEqual([]);
        // Empty containers of different kinds differ, but hold no place that could be named inside.
        if (JSON.stringify(left) !== JSON.stringify(right) && fieldChanges(left, right).length === 0) {
          expect(sorted(left)).toBe(sorted(right));
        }
      }),
    );
  });
});

const sorted = (value: Plain): string =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort())
      : item,
  );

describe("replacement", () => {
  /** For each path of the table a change of exactly that field. */
  const cases = IMMUTABLE_FIELDS.flatMap((row) =>
    (row.refused ?? []).map((path) => [`${row.group === "" ? "core" : row.group}/${row.kind}`, path, row] as const),
  );

  it.each(cases)("diff-immutable: %s %s", (_, path, row) => {
    const apiVersion = row.group === "" ? "v1" : `${row.group}/v1`;
    const at = (value: string): object =>
      path.split(".").reduceRight<object | string>((inner, key) => ({ [key]: inner }), value) as object;
    // A row whose whole spec is immutable is tried with a field of it that is not excepted.
    const whole = row.except !== undefined && path === "spec";
    const change = (value: string): object =>
      object(apiVersion, row.kind, whole ? { spec: { someField: value } } : at(value));
    const result = diff(change("old"), change("new"));
    expect(result.changes.map(({ replaces }) => replaces)).toEqual([true]);
    expect(result.deleteBeforeReplace).toBe(true);
  });

  it.each(IMMUTABLE_FIELDS.flatMap((row) => (row.except ?? []).map((path) => [row.kind, path, row] as const)))(
    "diff-immutable: %s %s changes in place",
    (_, path, row) => {
      const steps = path.split(".");
      const at = (value: string): object =>
        steps.reduceRight<unknown>((inner, key) => (key === "*" ? [inner] : { [key]: inner }), value) as object;
      const apiVersion = row.group === "" ? "v1" : `${row.group}/v1`;
      const result = diff(object(apiVersion, row.kind, at("old")), object(apiVersion, row.kind, at("new")));
      expect(result.changes.map(({ replaces }) => replaces)).toEqual([false]);
    },
  );

  it("diff-immutable: a field of the same name in another kind or place changes in place", () => {
    expect(
      shown(
        diff(
          object("batch/v1", "CronJob", { spec: { selector: 1 } }),
          object("batch/v1", "CronJob", { spec: { selector: 2 } }),
        ),
      ),
    ).toEqual(["update spec.selector"]);
    const template = (label: string): object => deployment({ template: { spec: { selector: label } } });
    expect(shown(diff(template("a"), template("b")))).toEqual(["update spec.template.spec.selector"]);
  });

  it("diff-immutable: name, namespace, kind and group replace; another version of the group does not", () => {
    expect(shown(diff(deployment({}), deployment({}, { name: "b" })))).toEqual(["update metadata.name replaces"]);
    expect(shown(diff(deployment({}), deployment({}, { namespace: "b" })))).toEqual([
      "update metadata.namespace replaces",
    ]);
    const scaler = (version: string): object => object(`autoscaling/${version}`, "HorizontalPodAutoscaler");
    expect(shown(diff(scaler("v1"), scaler("v2")))).toEqual(["update apiVersion"]);
    expect(shown(diff(object("extensions/v1beta1", "Ingress"), object("networking.k8s.io/v1", "Ingress")))).toEqual([
      "update apiVersion replaces",
    ]);
  });

  it("diff-immutable: a Service is replaced to and from ExternalName only", () => {
    const service = (type: string): object => object("v1", "Service", { spec: { type } });
    expect(shown(diff(service("ClusterIP"), service("LoadBalancer")))).toEqual(["update spec.type"]);
    expect(shown(diff(service("ClusterIP"), service("ExternalName")))).toEqual(["update spec.type replaces"]);
    expect(shown(diff(service("ExternalName"), service("ClusterIP")))).toEqual(["update spec.type replaces"]);
  });

  it("diff-default: writing a default out is an update, writing something else out replaces", () => {
    const set = (spec: object): object => object("apps/v1", "StatefulSet", { spec: { serviceName: "s", ...spec } });
    const live = set({ podManagementPolicy: "OrderedReady" });
    expect(shown(diff(set({}), set({ podManagementPolicy: "OrderedReady" }), { live }))).toEqual([
      "add spec.podManagementPolicy",
    ]);
    expect(shown(diff(set({}), set({ podManagementPolicy: "Parallel" }), { live }))).toEqual([
      "add spec.podManagementPolicy replaces",
    ]);
  });

  it("diff-delete-first: with the same explicit name the old object goes first", () => {
    const selector = (label: string, metadata: object = {}): object =>
      deployment({ selector: { matchLabels: { app: label } } }, metadata);
    expect(diff(selector("a"), selector("b")).deleteBeforeReplace).toBe(true);
    expect(diff(selector("a"), selector("b", { name: "other" })).deleteBeforeReplace).toBe(false);
    expect(diff(selector("a"), selector("b", { namespace: "other" })).deleteBeforeReplace).toBe(false);
    const generated = { annotations: { "pulumi.com/autonamed": "true" } };
    expect(diff(selector("a", generated), selector("b", generated)).deleteBeforeReplace).toBe(false);
    expect(diff(selector("a"), selector("a")).deleteBeforeReplace).toBe(false);
  });

  it.each([
    ["ConfigMap", "configMapsMutable"],
    ["Secret", "secretsMutable"],
  ] as const)("diff-mutable-data: a %s's data replaces unless %s, and an immutable one always", (kind, setting) => {
    const map = (value: string, rest: object = {}): object => object("v1", kind, { data: { key: value }, ...rest });
    const settings = { ...fixed, [setting]: true };
    expect(shown(diff(map("a"), map("b")))).toEqual(["update data.key replaces"]);
    expect(shown(diff(map("a"), map("b"), { settings }))).toEqual(["update data.key"]);
    const frozen = { immutable: true };
    expect(shown(diff(map("a", frozen), map("b", frozen), { settings }))).toEqual(["update data.key replaces"]);
    expect(shown(diff(map("a", frozen), map("a"), { settings }))).toEqual(["delete immutable replaces"]);
  });
});

describe("unknown values and secrets", () => {
  it("diff-unknown: an unknown value is an update, and replaces at an immutable field", () => {
    expect(shown(diff(deployment({ replicas: 1 }), deployment({ replicas: unknownValue })))).toEqual([
      "update spec.replicas",
    ]);
    expect(shown(diff(deployment({ selector: { a: 1 } }), deployment({ selector: unknownValue })))).toEqual([
      "update spec.selector replaces",
    ]);
    expect(shown(diff(deployment({}), deployment({}, { namespace: unknownValue })))).toEqual([
      "update metadata.namespace replaces",
    ]);
  });

  it("diff-unknown: a whole spec that is unknown is an update, a whole metadata that is unknown replaces", () => {
    const before = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "a" }, spec: { serviceName: "s" } };
    expect(shown(diff(before, { ...before, spec: UNKNOWN }))).toEqual(["update spec"]);
    expect(shown(diff(before, { ...before, metadata: UNKNOWN }))).toEqual(["update metadata replaces"]);
    expect(shown(diff(deployment({ selector: { a: 1 } }), { ...deployment({}), spec: UNKNOWN }))).toEqual([
      "update spec",
    ]);
  });

  it("diff-unknown: a name that is known later is a new name", () => {
    expect(diff(deployment({}), deployment({}, { name: unknownValue })).deleteBeforeReplace).toBe(false);
  });

  it("diff-secret: equal secrets are no change, different ones are one at their place", () => {
    const secret = (value: unknown): object => object("v1", "Secret", { stringData: { a: value } });
    const settings = { ...fixed, secretsMutable: true };
    expect(diff(secret(secretOf("x")), secret(secretOf("x"))).changes).toEqual([]);
    expect(shown(diff(secret(secretOf("x")), secret(secretOf("y")), { settings }))).toEqual(["update stringData.a"]);
  });

  it("diff-secret: a value that becomes secret, or ceases to be, is an update of the same value", () => {
    const map = (value: unknown): object => deployment({ template: { value } });
    expect(shown(diff(map("x"), map(secretOf("x"))))).toEqual(["update spec.template.value"]);
    expect(shown(diff(map(secretOf("x")), map("x")))).toEqual(["update spec.template.value"]);
  });
});
