import { type Field } from "../../field";
import { type Graph } from "../../graph/graph";
import { parseQuantity } from "../../graph/quantity";
import { isGiven } from "../aws";
import { type DatabaseServer, type PlainServer } from "./servers";

/** A volume that outlives a server's pods. */
export interface ServerVolume {
  readonly name: string;
  /** `wal`: the write-ahead log alone; of the others one holds the data. */
  readonly use: "data" | "wal" | "other";
  readonly className: Field;
  readonly size: Field;
}

/** Folders by which images of PostgreSQL name their data. */
const dataFolder = /postgresql|pgdata/i;
const walFolder = /(?:^|[/_-])(?:pg_)?wal(?:$|[/_-])|pg_wal/i;

/** @throws UnknownValue when the list of volumes is not known. */
export function volumesOf(server: DatabaseServer, graph: Graph): readonly ServerVolume[] {
  if (server.form === "plain") return plainVolumes(server, graph);
  const { spec } = server.object;
  const claimed = (use: "data" | "wal", storage: Field): ServerVolume => {
    const template = storage.at("pvcTemplate");
    return {
      name: use,
      use,
      className: either(storage.at("storageClass"), template.at("storageClassName")),
      size: either(storage.at("size"), template.at("resources", "requests", "storage")),
    };
  };
  const [data, wal] = [spec.at("storage"), spec.at("walStorage")];
  return [...(data.exists ? [claimed("data", data)] : []), ...(wal.exists ? [claimed("wal", wal)] : [])];
}

/** Bytes of a volume as far as it states them. */
export function bytesOfVolume({ size }: ServerVolume): number | undefined {
  const text = size.numberOrText();
  const nano = text === undefined ? undefined : parseQuantity(text);
  return nano === undefined ? undefined : Number(nano / 1_000_000_000n);
}

function plainVolumes({ workload, container }: PlainServer, graph: Graph): ServerVolume[] {
  const mounts = new Map(
    container.field
      .at("volumeMounts")
      .items()
      .map((mount) => [mount.at("name").text() ?? "", mount.at("mountPath").text() ?? ""]),
  );
  const { spec, namespace } = workload.object;
  const templates = spec.at("volumeClaimTemplates").items();
  const claims = workload.podSpec
    .at("volumes")
    .items()
    .flatMap((volume) => {
      const claim = volume.at("persistentVolumeClaim", "claimName").text();
      if (claim === undefined) return [];
      const found = graph.claim(namespace, claim);
      return found ? [{ name: volume.at("name").text() ?? "", spec: found.spec }] : [];
    });
  const all = [
    ...templates.map((template) => ({ name: template.at("metadata", "name").text() ?? "", spec: template.at("spec") })),
    ...claims,
  ];
  return all
    .filter(({ name }) => mounts.has(name))
    .map((claim) => {
      const folder = mounts.get(claim.name) ?? "";
      const use =
        walFolder.test(folder) || walFolder.test(claim.name) ? "wal" : dataFolder.test(folder) ? "data" : "other";
      const { name } = claim;
      return {
        name,
        use,
        className: claim.spec.at("storageClassName"),
        size: claim.spec.at("resources", "requests", "storage"),
      };
    });
}

/** The property that is given; the first when neither is. */
function either(first: Field, second: Field): Field {
  return !isGiven(first) && isGiven(second) ? second : first;
}
