import { z } from "zod";
import { isWhole, layers, type StackLayers } from "./layers";

/** Raised when a key of the outputs changes its meaning or goes away; who reads the outputs checks it. */
export const outputsVersion = 1;

const service = z.object({
  url: z.string().describe("address inside the cluster"),
  image: z.string().describe("image reference that runs, with digest where the stack gives one"),
  contract: z.string().describe("contract that the platform takes the service to keep: current or target"),
  secretNames: z.array(z.string()).describe("Secret objects that its pods read"),
});

const everywhere = {
  schemaVersion: z
    .int()
    .describe("raised when a key changes its meaning or goes away; programs that read the outputs check it"),
  environment: z.string().describe("what the stack is for: dev, beta or prod"),
};

const inCluster = {
  kubernetesVersion: z.string().describe("Kubernetes minor that the manifests are written for"),
  namespaces: z.record(z.string(), z.string()).describe("namespace of each concern"),
};

const services = { services: z.record(z.string(), service).describe("the services by name") };

const name = z.string().describe("name of the EKS cluster, or the context by which the cluster is reached");
const part = { layers: z.array(z.enum(layers)).describe("layers of the environment that the stack registers") };

/** What only AWS knows of a cluster that was made there, and the layers on it need. */
const clusterFacts = {
  endpoint: z.string().describe("address of the API server"),
  certificateAuthority: z.string().describe("certificate that the API server's own is signed with, PEM in base64"),
  volumesKeyArn: z.string().describe("key that encrypts the volumes of pods"),
  fileSystemId: z.string().describe("file system of the folders that pods share"),
};
const pools = z.array(z.string()).describe("node pools that the cluster has");
const madeCluster = z.object({ name, pools, ...clusterFacts });

const secrets = {
  secrets: z
    .record(z.string(), z.record(z.string(), z.int()))
    .describe("Secret objects that the stack made for services: of each key the generation of its value"),
};

export type ClusterFact = keyof typeof clusterFacts;
export const clusterFactNames = Object.keys(clusterFacts) as readonly ClusterFact[];

/**
 * What a stack tells the outside, the one place where it is documented: names and addresses only, because the values of
 * secrets never leave a stack. The type of the outputs, what ALT-OPS-006 holds them against, and what a stack asks of the
 * one beneath it are made of it.
 *
 * @param makesCluster whether the environment's cluster is made on AWS
 */
export function stackOutputsSchema(own: StackLayers, makesCluster: boolean) {
  const { registers } = own;
  const passesCluster = makesCluster && (registers.includes("cluster") || registers.includes("platform"));
  return z.object({
    ...everywhere,
    ...(registers.includes("platform") || registers.includes("services") ? inCluster : {}),
    ...(registers.includes("services") ? services : {}),
    // A stack that is all of its environment has none above it.
    ...(isWhole(own)
      ? {}
      : {
          ...part,
          cluster: (passesCluster ? madeCluster : z.object({ name })).describe("the environment's cluster"),
          ...(registers.includes("platform") ? secrets : {}),
        }),
  });
}

/** The outputs of any stack, apart from its cluster. */
export type PlainOutputs = Shape<typeof everywhere> &
  Partial<Shape<typeof inCluster & typeof services & typeof part & typeof secrets>>;
type Shape<Parts extends z.ZodRawShape> = z.infer<z.ZodObject<Parts>>;
/** The outputs of any stack as another one reads them. */
export type ReadOutputs = PlainOutputs & { readonly cluster?: Pick<MadeCluster, "name"> & Partial<MadeCluster> };
export type MadeCluster = z.infer<typeof madeCluster>;
export type ServiceOutput = z.infer<typeof service>;
