import { readFileSync } from "node:fs";
import { request } from "node:https";
import { type Features, LOOPBACK } from "./components";
import { type Layout } from "./layout";
import { pkiFile } from "./pki";
import { type Ports } from "./ports";
import { type ComponentName } from "./types";

/** Milliseconds for one question whether a component is ready. */
const PROBE_TIMEOUT = 2000;

/**
 * Asks a component over HTTPS whether it is healthy.
 *
 * @returns undefined when it is, else why not.
 */
export async function unreadiness(
  name: ComponentName,
  layout: Layout,
  ports: Ports,
  { usage }: Features = { usage: false },
): Promise<string | undefined> {
  switch (name) {
    case "etcd":
      return await ask(layout, ports.etcd, "/health", "apiserver-etcd-client", "etcd-ca");
    case "kube-apiserver":
      return await ask(layout, ports.apiserver, "/readyz", "admin", "ca");
    case "kube-controller-manager":
      // It answers before it has made its controllers, which takes seconds; then it names each of them.
      return await ask(layout, ports.controllerManager, "/healthz?verbose", "admin", "ca", "namespace-controller ok");
    case "kube-scheduler":
      return await ask(layout, ports.scheduler, "/readyz", "admin", "ca");
    case "kwok":
      return usage ? await ask(layout, ports.kubelets, "/healthz", "admin", "ca") : undefined;
    // It listens nowhere, as kwok without usage; what they do shows in the nodes and claims.
    case "agent":
      return undefined;
  }
}

async function ask(
  layout: Layout,
  port: number,
  location: string,
  user: "admin" | "apiserver-etcd-client",
  authority: "ca" | "etcd-ca",
  expected = "",
): Promise<string | undefined> {
  const options = {
    host: LOOPBACK,
    port,
    path: location,
    timeout: PROBE_TIMEOUT,
    ca: readFileSync(pkiFile(layout, `${authority}.crt`)),
    cert: readFileSync(pkiFile(layout, `${user}.crt`)),
    key: readFileSync(pkiFile(layout, `${user}.key`)),
    agent: false,
  } as const;
  return await new Promise((resolve) => {
    const sent = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("error", (error) => resolve(error.message));
      response.on("end", () => {
        const { statusCode } = response;
        const good = statusCode === 200 && text.includes(expected);
        resolve(good ? undefined : `answers ${statusCode ?? "?"}${statusCode === 200 ? " but is not done yet" : ""}`);
      });
    });
    sent.on("error", (error) => resolve(error.message));
    sent.on("timeout", () => sent.destroy(new Error(`does not answer in ${PROBE_TIMEOUT / 1000} s`)));
    sent.end();
  });
}
