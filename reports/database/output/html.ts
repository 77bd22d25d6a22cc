import { escape } from "../../pictures/escape";
import { drawStacks } from "../../pictures/stacks";
import { type Chart, type Finding, severities, type Table } from "../check";
import { type CheckResult } from "../collect";
import { countFindings, notesOf, sectionsOf, sortFindings } from "../data";
import { wrapStatement } from "../statements";
import style from "./style";
import { printable, summary } from "./text";

/** Columns of a statement on the page. */
const statementWidth = 110;

function text(value: string): string {
  return escape(printable(value));
}

/** The report as one page that needs nothing else: no script, no style, picture or font from elsewhere. */
export function toHtml(where: string, asOf: string, results: readonly CheckResult[]): string {
  const findings = sortFindings(results);
  const counts = countFindings(findings);
  const sections = sectionsOf(results);
  return `${[
    "<!doctype html>",
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    // Names and statements of a database are a stranger's text: even if one slipped through, nothing would run or load.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="color-scheme" content="light dark">',
    `<title>PostgreSQL at ${text(where)}</title>`,
    `<style>${style}</style></head>`,
    "<body><main>",
    `<header><h1>PostgreSQL at ${text(where)}</h1><p>${text(asOf)}</p>`,
    `<p class="counts">${severities.map((severity) => `<span class="count ${severity}"><b>${counts[severity]}</b> ${severity}</span>`).join(" ")}</p>`,
    `<nav>${sections.map(({ title }) => `<a href="#${anchor(title)}">${escape(title)}</a>`).join(" ")}</nav></header>`,
    '<section id="findings"><h2>Findings</h2>',
    ...(findings.length === 0 ? [`<p>${summary(findings)}</p>`] : findings.map(drawFinding)),
    "</section>",
    ...sections.flatMap(({ title, results: parts }) => [
      `<section id="${anchor(title)}"><h2>${escape(title)}</h2>`,
      ...notesOf(parts).map((note) => `<p>${text(note)}</p>`),
      ...parts.flatMap(({ reading }) => [
        ...(reading.charts ?? []).map(drawChart),
        ...(reading.tables ?? []).map(drawTable),
      ]),
      "</section>",
    ]),
    "</main></body></html>",
  ]
    .filter(Boolean)
    .join("\n")}\n`;
}

function anchor(title: string): string {
  return title.toLowerCase().replace(/[^a-z]+/g, "-");
}

function drawFinding({ severity, kind, what, why, remedy, sql }: Finding): string {
  const statements = sql.flatMap((statement) => wrapStatement(printable(statement), statementWidth)).join("\n");
  return [
    `<details class="finding ${severity}"${severity === "low" ? "" : " open"}>`,
    `<summary><span class="severity">${severity}</span> ${text(what)}</summary>`,
    `<p>${text(why)} <code>${escape(kind)}</code></p>`,
    `<p>${text(remedy)}</p>`,
    ...(statements === "" ? [] : [`<pre>${escape(statements)}</pre>`]),
    "</details>",
  ].join("\n");
}

function drawChart({ title, legend, rows }: Chart): string {
  if (rows.length === 0) return "";
  const bars = rows.map((row) => ({ ...row, name: printable(row.name), text: printable(row.text) }));
  return `<figure><figcaption>${escape(title)}</figcaption>\n${drawStacks(title, legend, bars)}\n</figure>`;
}

function drawTable({ title, columns, rows }: Table): string {
  if (rows.length === 0) return "";
  const cell = (tag: "td" | "th", value: string, index: number) =>
    `<${tag}${columns[index]?.align === "right" ? ' class="number"' : ""}>${text(value)}</${tag}>`;
  return [
    `<details><summary>${escape(title)}</summary><div class="wide"><table>`,
    `<thead><tr>${columns.map((column, index) => cell("th", column.title, index)).join("")}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${row.map((value, index) => cell("td", value, index)).join("")}</tr>`).join("\n")}</tbody>`,
    "</table></div></details>",
  ].join("\n");
}
