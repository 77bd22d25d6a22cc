import { describe, expect, it } from "vitest";
import {
  applyBody,
  liveOutputs,
  previewCreateOutputs,
  previewUpdateOutputs,
} from "../../../../sandbox/plugins/kubernetes/outputs";
import { sameValue, seenInputs } from "../../../../sandbox/plugins/kubernetes/read";
import { UNKNOWN, type PlainObject } from "../../../../sandbox/plugins/kubernetes/wire/properties";
import { secretOf } from "../../../support/provider-client";
import { inputs, wire } from "./support";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("what is recorded", () => {
  it("outputs-live: the live object with status, bookkeeping keys, and without managedFields and last-applied", () => {
    const live = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "a",
        uid: "u",
        managedFields: [{ manager: "m" }],
        annotations: { keep: "1", "kubectl.kubernetes.io/last-applied-configuration": "{}" },
      },
      status: { phase: "x" },
    };
    expect(wire(liveOutputs(live, inputs({}), "manager"))).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", uid: "u", annotations: { keep: "1" } },
      status: { phase: "x" },
      __initialApiVersion: "v1",
      __fieldManager: "manager",
    });
  });

  it("outputs-secret: secret places of the inputs are secret in the outputs, whole lists where items moved", () => {
    const given = inputs({ spec: { token: secretOf("t"), list: [{ v: secretOf("x") }], args: [secretOf("y")] } });
    const live = {
      kind: "Widget",
      metadata: {},
      spec: { token: "t", list: [{ v: "x" }], args: ["added", "y"], other: 1 },
    };
    const outputs = wire(liveOutputs(live, given, "m"));
    expect(outputs.spec).toEqual({
      token: secretOf("t"),
      list: [{ v: secretOf("x") }],
      args: secretOf(["added", "y"]),
      other: 1,
    });
  });

  it("outputs-secret: a Secret's data is secret even when the program did not say so", () => {
    const live = { kind: "Secret", metadata: {}, data: { a: base64("x") } };
    expect(wire(liveOutputs(live, inputs({ stringData: { a: "x" } }), "m")).data).toEqual(secretOf({ a: base64("x") }));
  });

  it("stringData is applied as the data it becomes, so that a removed key is removed", () => {
    expect(applyBody({ kind: "Secret", data: { a: "AA==" }, stringData: { b: "x" }, __fieldManager: "m" })).toEqual({
      kind: "Secret",
      data: { a: "AA==", b: base64("x") },
    });
  });
});

describe("what a preview promises", () => {
  it("outputs-preview: a new object is its inputs, with what the server decides unknown", () => {
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "a" }, spec: { ports: [{ port: 80 }] } };
    expect(wire(previewCreateOutputs(inputs(service), "m"))).toMatchObject({
      metadata: { name: "a", uid: UNKNOWN, resourceVersion: UNKNOWN },
      spec: { ports: [{ port: 80 }], clusterIP: UNKNOWN, clusterIPs: UNKNOWN },
      status: UNKNOWN,
    });
    const headless = { ...service, spec: { clusterIP: "None" } };
    expect(wire(previewCreateOutputs(inputs(headless), "m")).spec).toEqual({ clusterIP: "None" });
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { a: "1" } };
    expect(wire(previewCreateOutputs(inputs(map), "m")).status).toBeUndefined();
  });

  it("outputs-preview: an update keeps what is recorded, takes the new inputs and drops what left them", () => {
    const recorded = {
      kind: "Service",
      metadata: { name: "a", uid: "u", labels: { old: "1", other: "2" } },
      spec: { clusterIP: "10.0.0.1", selector: { a: "1" } },
      status: { loadBalancer: {} },
    };
    const olds = { kind: "Service", metadata: { name: "a", labels: { old: "1" } }, spec: { selector: { a: "1" } } };
    const news = { kind: "Service", metadata: { name: "a", labels: { new: "3" } }, spec: { selector: { b: "2" } } };
    expect(wire(previewUpdateOutputs(recorded, olds, inputs(news), "m"))).toMatchObject({
      metadata: { name: "a", uid: "u", labels: { other: "2", new: "3" }, resourceVersion: UNKNOWN },
      spec: { clusterIP: "10.0.0.1", selector: { b: "2" } },
      status: UNKNOWN,
    });
  });
});

describe("what a refresh sees", () => {
  it.each([
    ["1000m", "1", true],
    ["1Gi", "1024Mi", true],
    ["0.5", "500m", true],
    ["1e3", "1k", true],
    [80, "80", true],
    ["1Gi", "1G", false],
    ["x1", "x2", false],
    ["1", "1s", false],
    [{ a: 1 }, "1", false],
  ])("read-refresh: %j and %j are the same: %s", (input, live, same) => {
    expect(sameValue(input, live)).toBe(same);
  });

  it("read-refresh: changed values drift, defaults that the program left out do not", () => {
    const given = { spec: { replicas: 2, resources: { cpu: "1000m" } } };
    const live = { spec: { replicas: 3, resources: { cpu: "1" }, strategy: { type: "RollingUpdate" } }, status: {} };
    expect(seenInputs(given, live)).toEqual({ spec: { replicas: 3, resources: { cpu: "1000m" } } });
  });

  it("read-refresh: a field that vanished is missing, an empty one that the server drops is not", () => {
    expect(seenInputs({ a: "x", b: {}, c: false, d: [] }, {})).toEqual({ b: {}, c: false, d: [] });
  });

  it("read-refresh: list items are found by their key, so that an injected sidecar is no drift", () => {
    const given = {
      containers: [{ name: "app", image: "x:1" }],
      ports: [{ port: 80 }, { port: 80, protocol: "UDP" }],
      args: ["a"],
    };
    const live: PlainObject = {
      containers: [
        { name: "sidecar", image: "s" },
        { name: "app", image: "x:2", imagePullPolicy: "Always" },
      ],
      ports: [
        { port: 80, protocol: "UDP", nodePort: 1 },
        { port: 80, protocol: "TCP", nodePort: 2 },
      ],
      args: ["a", "b"],
    };
    expect(seenInputs(given as object as PlainObject, live)).toEqual({
      containers: [{ name: "app", image: "x:2" }],
      ports: [{ port: 80 }, { port: 80, protocol: "UDP" }],
      args: ["a", "b"],
    });
  });

  it("read-refresh: a removed list item is seen as removed", () => {
    const given = { env: [{ name: "A" }, { name: "B" }] };
    expect(seenInputs(given, { env: [{ name: "B" }] })).toEqual({ env: [{ name: "B" }] });
  });

  it("read-refresh: stringData is read back from data", () => {
    const given = { kind: "Secret", stringData: { a: "x", b: "y" } };
    expect(seenInputs(given, { kind: "Secret", data: { a: base64("changed") } })).toEqual({
      kind: "Secret",
      stringData: { a: "changed" },
    });
  });
});
