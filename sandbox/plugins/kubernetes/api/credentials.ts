/** The Authorization header: a token, a token file, a password, or what an exec plugin gives. */
import { execFile } from "node:child_process";
import fs from "node:fs";
import { promisify } from "node:util";
import type { Cluster, ExecPlugin } from "../kubeconfig";
import { ProviderError } from "../wire/errors";
import { getText, type Plain } from "../wire/properties";

export interface Identity {
  authorization: string | undefined;
  certificate: Buffer | undefined;
  key: Buffer | undefined;
}

const run = promisify(execFile);
/** A login program may have to ask a cloud's token service; a hanging one must not hang the update. */
const EXEC_TIMEOUT = 60_000;

/** Gives the identity to use now; an exec plugin runs again when its credential has expired. */
export class CredentialSource {
  #cached: { identity: Identity; expires: number } | undefined;
  #running: Promise<Identity> | undefined;

  constructor(private readonly cluster: Cluster) {}

  async identity(): Promise<Identity> {
    const { certificate, key, token, tokenFile, basic, exec } = this.cluster.credentials;
    const plain = (authorization: string | undefined): Identity => ({ authorization, certificate, key });
    // Kubernetes rotates projected tokens, so a token file is read each time.
    if (tokenFile !== undefined) return plain(`Bearer ${fs.readFileSync(tokenFile, "utf8").trim()}`);
    if (token !== undefined) return plain(`Bearer ${token}`);
    if (basic !== undefined) {
      return plain(`Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString("base64")}`);
    }
    if (exec === undefined) return plain(undefined);
    if (this.#cached !== undefined && this.#cached.expires > Date.now()) return this.#cached.identity;
    this.#running ??= this.#login(exec);
    try {
      return await this.#running;
    } finally {
      this.#running = undefined;
    }
  }

  /** Forgets a credential that the server refused. */
  forget(): void {
    this.#cached = undefined;
  }

  async #login(exec: ExecPlugin): Promise<Identity> {
    const info = {
      apiVersion: exec.apiVersion,
      kind: "ExecCredential",
      spec: {
        interactive: false,
        ...(exec.provideClusterInfo
          ? {
              cluster: {
                server: this.cluster.server,
                "certificate-authority-data": this.cluster.certificateAuthority?.toString("base64"),
              },
            }
          : {}),
      },
    };
    let output: string;
    try {
      const environment = { ...process.env, ...exec.environment, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
      output = (await run(exec.command, exec.args, { env: environment, timeout: EXEC_TIMEOUT })).stdout;
    } catch (error) {
      const { stderr, message } = error as { stderr?: string; message: string };
      const said = stderr?.trim() ?? "";
      const why = (said === "" ? message : said).split("\n").slice(-3).join(" ");
      const hint = exec.installHint === undefined ? "" : ` ${exec.installHint.trim()}`;
      throw new ProviderError(`The kubeconfig's login command "${exec.command}" failed: ${why}.${hint}`);
    }
    let credential: Plain;
    try {
      credential = JSON.parse(output) as Plain;
    } catch {
      throw new ProviderError(`The kubeconfig's login command "${exec.command}" printed no JSON ExecCredential.`);
    }
    const token = getText(credential, "status", "token");
    const certificate = getText(credential, "status", "clientCertificateData");
    const key = getText(credential, "status", "clientKeyData");
    const expires = Date.parse(getText(credential, "status", "expirationTimestamp") ?? "");
    const identity: Identity = {
      authorization: token === undefined ? undefined : `Bearer ${token}`,
      certificate: certificate === undefined ? this.cluster.credentials.certificate : Buffer.from(certificate),
      key: key === undefined ? this.cluster.credentials.key : Buffer.from(key),
    };
    // Ten seconds early, so that a token does not expire between this line and the server's check.
    this.#cached = { identity, expires: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires - 10_000 };
    return identity;
  }
}
