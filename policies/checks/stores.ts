import { parseImage } from "../graph/image";
import { type Container, type Workload } from "../graph/workload";

/** Last parts of image repositories of databases, brokers and other programs whose data belongs to single pods. */
export const storeImages: readonly string[] = [
  "alertmanager",
  "cassandra",
  "clickhouse",
  "clickhouse-server",
  "cockroach",
  "consul",
  "elasticsearch",
  "etcd",
  "influxdb",
  "kafka",
  "mariadb",
  "mongo",
  "mongodb",
  "mysql",
  "nats",
  "neo4j",
  "opensearch",
  "postgres",
  "postgresql",
  "prometheus",
  "rabbitmq",
  "redis",
  "valkey",
  "zookeeper",
];

/** Custom resources that operators turn into such programs, as `group/Kind`. */
export const storeResources: readonly string[] = [
  "monitoring.coreos.com/Prometheus",
  "postgresql.cnpg.io/Cluster",
  "rabbitmq.com/RabbitmqCluster",
];

/** Images of Grafana, which keeps users and dashboards in a file of its pod unless it is given a database. */
const grafanaImages: readonly string[] = ["grafana", "grafana-oss", "grafana-enterprise"];
/** Images of Loki, all of whose parts run in one process unless one is chosen. */
const lokiImages: readonly string[] = ["loki"];

/** Last part of a container's image repository: `postgresql` of `docker.io/bitnami/postgresql:17`. */
export function imageName({ field }: Container): string | undefined {
  const image = field.at("image").text();
  if (image === undefined) return undefined;
  return parseImage(image)?.repository.split("/").pop();
}

/** The application container of a pod that runs one of `images`. */
export function runs(workload: Workload, images: readonly string[]): Container | undefined {
  return workload.containers.find(
    (container) => container.role === "app" && images.includes(imageName(container) ?? ""),
  );
}

/**
 * Why the data of a workload belongs to single pods, judged by what it runs; `undefined` when nothing says so.
 *
 * @param images Last parts of image repositories.
 * @throws UnknownValue when an image that decides is not known.
 */
export function dataOfPods(workload: Workload, images: readonly string[] = storeImages): string | undefined {
  const store = runs(workload, images);
  if (store) return `${imageName(store) ?? ""}, which keeps its data by pod`;
  const grafana = runs(workload, grafanaImages);
  if (grafana && !hasDatabase(grafana)) return "Grafana on its own file of SQLite";
  const loki = runs(workload, lokiImages);
  return loki && !hasTarget(loki) ? "Loki as a single process" : undefined;
}

/** Source: https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#database */
function hasDatabase({ field }: Container): boolean {
  return field
    .at("env")
    .items()
    .some((variable) => {
      const name = variable.at("name").text();
      if (name === "GF_DATABASE_URL") return true;
      return name === "GF_DATABASE_TYPE" && variable.at("value").text() !== "sqlite3";
    });
}

/** Source: https://grafana.com/docs/loki/latest/get-started/deployment-modes/ */
function hasTarget({ field }: Container): boolean {
  return ["command", "args"]
    .flatMap((list) => field.at(list).items())
    .some((argument) => /^--?target=(?!all$)/.test(argument.text() ?? ""));
}
