// Writes the same manifests with cdk8s, a file for each object too: ... render-cdk8s.ts <manifests.json> <folder>
import { readFileSync } from "node:fs";
import { ApiObject, App, Chart, YamlOutputType } from "cdk8s";
import { type Manifest } from "../../../model/manifest";

const [source = "", outdir = ""] = process.argv.slice(2);
const app = new App({ outdir, yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
const charts = new Map<string, Chart>();
const manifests = JSON.parse(readFileSync(source, "utf8")) as Manifest[];
for (const [index, manifest] of manifests.entries()) {
  // Its files are named by kind and name only, so a namespace needs a folder of its own.
  const namespace = manifest.metadata.namespace ?? manifest.metadata.name;
  const chart = charts.get(namespace) ?? new Chart(app, namespace);
  charts.set(namespace, chart);
  new ApiObject(chart, `object-${index}`, manifest);
}
app.synth();
