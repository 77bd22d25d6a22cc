import { type Problem } from "../../model/problem";
import { bytes, isBytes } from "../../model/quantity";
import { type Probe, type Volume } from "../../model/service";
import { type MicroserviceArgs } from "./args";
import { maximumGraceSeconds, minimumVolumeSize, temporaryFolder, terminationMarginSeconds } from "./defaults";
import { graceSeconds } from "./specs/rollout";

const volumeName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is wrong with port, probes, volumes and shutdown. */
export function contractProblems(args: MicroserviceArgs): Problem[] {
  const { contract } = args;
  return [
    ...portProblems(contract.port),
    ...probesProblems(args),
    ...pathProblems("contract.metrics.path", contract.metrics?.path),
    ...pathProblems("contract.workingDirectory", contract.workingDirectory),
    ...volumesProblems(args),
    ...shutdownProblems(args),
  ];
}

function portProblems(port: number): Problem[] {
  if (Number.isInteger(port) && port >= 1024 && port <= 65535) return [];
  return [
    {
      setting: "contract.port",
      value: port,
      why: "The process runs without privileges and can listen on the ports 1024 to 65535 only.",
      remedy: "Let the service listen on a port of that range.",
    },
  ];
}

function pathProblems(setting: string, path: string | undefined): Problem[] {
  if (path === undefined || path.startsWith("/")) return [];
  return [{ setting, value: path, why: "It is not an absolute path.", remedy: "Begin it with a slash." }];
}

function probesProblems({ contract: { probes } }: MicroserviceArgs): Problem[] {
  const problems = Object.entries(probes).flatMap(([kind, probe]: [string, Probe | undefined]) =>
    probe ? probeProblems(`contract.probes.${kind}`, probe) : [],
  );
  const { liveness, readiness } = probes;
  const question = ({ handler, failureThreshold }: Probe): string => JSON.stringify([handler, failureThreshold]);
  if (question(liveness) === question(readiness)) {
    problems.push({
      setting: "contract.probes.liveness",
      value: liveness.handler,
      why: "It asks the same as readiness and gives up as early, so a slow dependency restarts every pod at once.",
      remedy: "Ask something that depends on nothing else (a TCP connection), or raise its failureThreshold.",
    });
  }
  return problems;
}

function probeProblems(setting: string, probe: Probe): Problem[] {
  const { handler, initialDelaySeconds = 0, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  const problems = handler.kind === "http" ? pathProblems(`${setting}.handler.path`, handler.path) : [];
  for (const [field, value] of Object.entries({ periodSeconds, timeoutSeconds, failureThreshold })) {
    if (Number.isInteger(value) && value >= 1) continue;
    problems.push({
      setting: `${setting}.${field}`,
      value,
      why: "The kubelet knows whole numbers only, 1 or more.",
      remedy: "Use a whole number of at least 1.",
    });
  }
  if (!Number.isInteger(initialDelaySeconds) || initialDelaySeconds < 0) {
    problems.push({
      setting: `${setting}.initialDelaySeconds`,
      value: initialDelaySeconds,
      why: "The kubelet waits for a whole number of seconds.",
      remedy: "Use 0 or more, or leave it out.",
    });
  }
  return problems;
}

function volumesProblems(args: MicroserviceArgs): Problem[] {
  const { volumes } = args.contract;
  return volumes.flatMap((volume, index) => {
    const setting = `contract.volumes[${index}]`;
    const earlier = volumes.slice(0, index);
    return [
      ...pathProblems(`${setting}.mountPath`, volume.mountPath),
      ...volumeNameProblems(setting, volume, earlier),
      ...(earlier.some(({ mountPath }) => mountPath === volume.mountPath)
        ? [
            {
              setting: `${setting}.mountPath`,
              value: volume.mountPath,
              why: "Another volume is mounted there and would hide this one, or be hidden by it.",
              remedy: "Mount one of the two elsewhere.",
            },
          ]
        : []),
      ...volumeKindProblems(setting, volume, args),
    ];
  });
}

function volumeNameProblems(setting: string, { name, mountPath }: Volume, earlier: readonly Volume[]): Problem[] {
  if (!volumeName.test(name)) {
    return [
      {
        setting: `${setting}.name`,
        value: name,
        why: "A volume's name has at most 63 small letters, digits and hyphens.",
        remedy: "Rename it.",
      },
    ];
  }
  const reserved = name === temporaryFolder.name && mountPath !== temporaryFolder.mountPath;
  if (!reserved && !earlier.some((other) => other.name === name)) return [];
  return [
    {
      setting: `${setting}.name`,
      value: name,
      why: reserved ? `This name belongs to the volume at ${temporaryFolder.mountPath}.` : "Another volume has it.",
      remedy: "Rename it.",
    },
  ];
}

function volumeKindProblems(setting: string, volume: Volume, args: MicroserviceArgs): Problem[] {
  switch (volume.kind) {
    case "scratch":
      return amountProblems(`${setting}.sizeLimit`, volume.sizeLimit);
    case "ephemeral":
      return [
        ...amountProblems(`${setting}.size`, volume.size),
        ...(args.ephemeralStorageClass === undefined
          ? [
              {
                setting: "ephemeralStorageClass",
                value: undefined,
                why: `The volume ${volume.name} is made for each pod; without a class it depends on the cluster's default.`,
                remedy: "Name a storage class of ReadWriteOnce volumes.",
              },
            ]
          : []),
      ];
    case "claim":
      return [
        ...(args.claims?.[volume.claim] === undefined
          ? [
              {
                setting: `${setting}.claim`,
                value: volume.claim,
                why: "No claim of that name was given; the pods would wait for it for ever.",
                remedy: `Add it to claims, which has ${Object.keys(args.claims ?? {}).join(", ") || "none"}.`,
              },
            ]
          : []),
        ...(volume.subPath !== undefined && (/^\/|(^|\/)\.\.(\/|$)/.test(volume.subPath) || volume.subPath === "")
          ? [
              {
                setting: `${setting}.subPath`,
                value: volume.subPath,
                why: "It leads out of the claim.",
                remedy: "Give a path below the claim's root, without a slash in front and without `..`.",
              },
            ]
          : []),
      ];
  }
}

function amountProblems(setting: string, amount: string): Problem[] {
  if (isBytes(amount) && bytes(amount) >= bytes(minimumVolumeSize)) return [];
  return [
    {
      setting,
      value: amount,
      why: `It is not an amount of storage of at least ${minimumVolumeSize}.`,
      remedy: "Write a binary unit, such as 512Mi or 10Gi.",
    },
  ];
}

function shutdownProblems(args: MicroserviceArgs): Problem[] {
  const { preStopSeconds, drainSeconds } = args.contract.shutdown;
  const problems = Object.entries({ preStopSeconds, drainSeconds }).flatMap(([field, value]): Problem[] =>
    Number.isInteger(value) && value >= 0
      ? []
      : [
          {
            setting: `contract.shutdown.${field}`,
            value,
            why: "It is a whole number of seconds.",
            remedy: "Use 0 or more.",
          },
        ],
  );
  if (problems.length === 0 && graceSeconds(args) > maximumGraceSeconds) {
    problems.push({
      setting: "contract.shutdown",
      value: { preStopSeconds, drainSeconds },
      why: `With a margin of ${terminationMarginSeconds} s the pod would need ${graceSeconds(args)} s to end; the cluster autoscaler kills it after ${maximumGraceSeconds}.`,
      remedy: "Shorten the drain: work that takes longer belongs into a queue, whose messages come back.",
    });
  }
  return problems;
}
