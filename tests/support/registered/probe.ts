import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect } from "node:net";
import { type Probe } from "./workload";

/** Milliseconds for one question; the registered time-outs are for loaded nodes. */
const timeout = 2000;

/**
 * Asks a probe as the kubelet does: over HTTP any answer from 200 to 399 will do, and a certificate is not verified; a
 * command must end with 0.
 *
 * @param run runs a command in the container, and says how it ended when that was not with 0
 * @returns `undefined` when it passes, else why not.
 * @throws for a kind of probe that cannot be asked here.
 */
export async function askProbe(
  probe: Probe,
  portOf: (port: string | number) => number | undefined,
  run: (command: readonly string[]) => Promise<string | undefined>,
): Promise<string | undefined> {
  const { httpGet, tcpSocket, exec } = probe;
  if (exec) return await run(exec.command);
  const port = portOf((httpGet ?? tcpSocket)?.port ?? "");
  if (port === undefined) throw new Error(`The probe ${JSON.stringify(probe)} asks no declared port.`);
  return await new Promise((resolve) => {
    const at = { host: "127.0.0.1", port, timeout };
    if (httpGet === undefined) {
      const socket = connect(at, () => {
        socket.destroy();
        resolve(undefined);
      });
      socket.on("error", ({ message }) => resolve(message));
      socket.on("timeout", () => socket.destroy(new Error("does not answer")));
      return;
    }
    const send = httpGet.scheme === "HTTPS" ? requestHttps : requestHttp;
    const options = { ...at, path: httpGet.path ?? "/", agent: false as const, rejectUnauthorized: false };
    const sent = send(options, (response) => {
      let text = "";
      const status = response.statusCode ?? 0;
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(status >= 200 && status < 400 ? undefined : `${status}: ${text}`));
    });
    sent.on("error", ({ message }) => resolve(message));
    sent.on("timeout", () => sent.destroy(new Error("does not answer")));
    sent.end();
  });
}
