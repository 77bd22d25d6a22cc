import type * as types from "@pulumi/kubernetes/types";
import { databaseFolders } from "../../../model/database/names";
import { formatMebibytes } from "../../../model/quantity";
import { podLabels } from "../../shared/labels";
import { poolAffinity, poolTolerations } from "../../shared/placement";
import { type Plain } from "../../shared/plain";
import { restrictedContainer, restrictedPod } from "../../shared/security";
import { variables } from "../../shared/variables";
import { type PostgresqlArgs } from "../args";
import { authorityVolumes, connectionEnvironment, type Login } from "../connection";
import { limitRatio, logMebibytes } from "../defaults";
import { type Form } from "../form";

/** User and group of the jobs; psql needs no name for it. */
const jobUser = 10001;

/** Sizes of a pod that runs psql: it passes text on and waits. */
export const jobResources = {
  requests: { cpu: "50m", memory: "64Mi" },
  limits: { cpu: "100m", memory: "128Mi" },
} as const;

/** Disk of the node that a job asks for and may use, in MiB. */
export const jobEphemeralMebibytes = { limit: logMebibytes, request: logMebibytes / limitRatio } as const;

/**
 * Waits until the server answers, since the job may come before it, and runs the command with the password of its role.
 * The job's deadline ends the waiting.
 */
const runner = 'until pg_isready --quiet --timeout=3; do sleep 1; done; PGPASSWORD="$(cat "$PASSWORD_FILE")" exec "$@"';

/** A run of psql. */
export interface JobRun {
  /** Label of its pods, by which the edges know them, and name of its container. */
  readonly name: string;
  readonly login: Login;
  readonly command: readonly string[];
  /** ConfigMap with files, and where they lie. */
  readonly files?: { readonly configMap: string; readonly folder: string };
  /** Roles whose passwords it reads; default its own. */
  readonly passwords?: readonly string[];
  /** The Secret with them; default the one of the roles. */
  readonly ownPassword?: { readonly secretName: string; readonly key: string };
  /** Further environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Labels of a job and of its pods. */
export function jobLabels(name: string, args: PostgresqlArgs, form: Form): Record<string, string> {
  return podLabels(name, { ...args, image: form.clientImage(args) });
}

/** The pod of a job. */
export function jobPod(args: PostgresqlArgs, form: Form, run: JobRun): Plain<types.input.core.v1.PodTemplateSpec> {
  const { pool } = args;
  const { name, login, files, ownPassword } = run;
  const authority = authorityVolumes(args, form);
  const passwords = run.passwords ?? [login.role];
  const own = ownPassword ?? { secretName: args.passwordsSecret, key: login.role };
  const sources = [
    { secret: { name: args.passwordsSecret, items: passwords.map((key) => ({ key, path: key })) } },
    ...(ownPassword ? [{ secret: { name: own.secretName, items: [{ key: own.key, path: ownFile }] } }] : []),
  ];
  return {
    metadata: { labels: jobLabels(name, args, form) },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod(jobUser),
      priorityClassName: args.priorityClassNames.jobs,
      restartPolicy: "Never",
      affinity: poolAffinity(pool),
      ...(pool.taints.length > 0 ? { tolerations: poolTolerations(pool) } : {}),
      containers: [
        {
          name,
          image: form.clientImage(args),
          imagePullPolicy: "IfNotPresent",
          command: ["sh", "-c", runner, name, ...run.command],
          env: variables({
            ...connectionEnvironment(args, form, login),
            PASSWORD_FILE: `${databaseFolders.passwords}/${ownPassword ? ownFile : own.key}`,
            ...run.environment,
          }),
          resources: {
            requests: { ...jobResources.requests, "ephemeral-storage": formatMebibytes(jobEphemeralMebibytes.request) },
            limits: { ...jobResources.limits, "ephemeral-storage": formatMebibytes(jobEphemeralMebibytes.limit) },
          },
          securityContext: restrictedContainer(),
          terminationMessagePolicy: "FallbackToLogsOnError",
          volumeMounts: [
            { name: "passwords", mountPath: databaseFolders.passwords, readOnly: true },
            ...(files ? [{ name: "files", mountPath: files.folder, readOnly: true }] : []),
            ...authority.mounts,
          ],
        },
      ],
      volumes: [
        { name: "passwords", projected: { sources, defaultMode: 0o440 } },
        ...(files ? [{ name: "files", configMap: { name: files.configMap } }] : []),
        ...authority.volumes,
      ],
    },
  };
}

/** File of a password that does not stand among those of the roles; no role can have a dot in its name here. */
const ownFile = ".administrator";
