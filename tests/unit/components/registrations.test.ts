import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { expect, test } from "vitest";
import { recordRegistrations } from "../../support/registrations";

test("tmp", async () => {
  for (const preview of [true, false]) {
    const r = await recordRegistrations(
      () => {
        const provider = new Provider("p", { kubeconfig: "x" });
        class C extends pulumi.ComponentResource {
          constructor(n: string, o?: pulumi.ComponentResourceOptions) {
            super("a:b:C", n, {}, o);
            const pw = new RandomPassword("pw", { length: 12 }, { parent: this });
            const cm = new ConfigMap(
              "cm",
              { metadata: { name: "x", namespace: "y" }, data: { a: pw.result } },
              {
                parent: this,
                protect: true,
                aliases: [{ name: "old" }],
                customTimeouts: { create: "5m" },
                ignoreChanges: ["data.x"],
              },
            );
            new ConfigMap(
              "cm2",
              { metadata: { namespace: cm.metadata.name }, data: { b: cm.id } },
              { parent: this, dependsOn: [cm], deleteBeforeReplace: true },
            );
            this.registerOutputs({ x: cm.metadata.name });
          }
        }
        const c = new C("c", { provider });
        return { n: c.urn };
      },
      { preview },
    );
    console.log(JSON.stringify(r, null, 1));
  }
  expect(1).toBe(1);
});
