// Writes manifests as `npm run render` does: node bin/ts.cjs tests/bench/programs/render-ours.ts <manifests.json> <folder>
import { readFileSync } from "node:fs";
import { type Manifest } from "../../../model/manifest";
import { renderManifests } from "../../../render/files";
import { writeFolder } from "../../../render/folder";

const [source = "", folder = ""] = process.argv.slice(2);
writeFolder(folder, renderManifests(JSON.parse(readFileSync(source, "utf8")) as Manifest[]));
