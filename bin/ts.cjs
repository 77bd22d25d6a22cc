// Runs TypeScript without a build folder: bundles the entry (our files only, packages stay external)
// to CommonJS and loads it. A whole compile takes under 0.1 s, so nothing can ever be stale, while
// Pulumi's own way (ts-node with type checking) takes three times as long to run the same program.
//
//   node bin/ts.cjs sandbox/cli.ts start        a command
//   require("../bin/ts.cjs").load("index.ts")   an entry that another program requires
"use strict";
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..");

/** Bundles `entry` and requires the result; the file is named by its content, so runs can share it. */
function load(entry) {
  const absolute = path.resolve(entry);
  const { outputFiles } = require("esbuild").buildSync({
    entryPoints: [absolute],
    absWorkingDir: root,
    bundle: true,
    packages: "external",
    // SQL and shell stand in files of their own, where editors, linters and servers read them, and are part of the program.
    loader: { ".sql": "text", ".sh": "text" },
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "error",
    write: false,
  });
  const text = outputFiles[0].text;
  const folder = path.join(root, "node_modules", ".cache", "altlas");
  const name = path.basename(absolute).replace(/\.[cm]?ts$/, "");
  const file = path.join(folder, `${name}-${createHash("sha256").update(text).digest("hex").slice(0, 16)}.cjs`);
  if (!fs.existsSync(file)) {
    fs.mkdirSync(folder, { recursive: true });
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, file);
  }
  return require(file);
}

module.exports = { load, root };

if (require.main === module) {
  const [entry, ...rest] = process.argv.slice(2);
  if (!entry) {
    process.stderr.write("usage: node bin/ts.cjs <entry.ts> [arguments]\n");
    process.exit(2);
  }
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], path.resolve(entry), ...rest];
  load(entry);
}
