import { type Paper } from "../text/paper";
import { countBySeverity } from "./compare";
import { type ContractsData, type ServiceContracts } from "./index";

/** Writes the report: a table over all services, then a section for each. */
export function printContracts(data: ContractsData, paper: Paper): void {
  paper.heading(`Contracts of the services in stack ${data.stack}`);
  paper.paragraph(
    "current: what the service's source really does. target: what the plan asks of it. A stack chooses with " +
      "altlas:contract, and for one service with altlas:services[].contract.",
  );
  paper.blank();
  paper.table(
    [
      { title: "service" },
      { title: "contract" },
      { title: "owner" },
      { title: "to do", align: "right" },
      { title: "gains", align: "right" },
      { title: "state" },
      { title: "defects", wrap: true },
    ],
    data.services.map((service) => [
      service.service,
      service.contract,
      service.owner,
      String(service.tasks.length),
      String(service.gains.length),
      service.stateInMemory ? "in memory" : "none",
      countBySeverity(service.defects)
        .map(({ severity, count }) => `${count} ${severity}`)
        .join(", "),
    ]),
  );
  for (const service of data.services) printService(service, paper);
}

function printService(service: ServiceContracts, paper: Paper): void {
  paper.heading(service.service);
  paper.paragraph(
    service.contract === "target"
      ? "Runs under its target contract: the stack takes everything below as done."
      : "Runs under its current contract. To keep the target contract it must:",
  );
  let area: string | undefined;
  paper.table(
    [{ title: "area" }, { title: "to do", wrap: true }],
    service.tasks.map((task) => {
      const first = task.area !== area;
      area = task.area;
      return [first ? task.area : "", task.what];
    }),
    2,
  );
  if (service.gains.length > 0) {
    paper.blank();
    paper.paragraph("Gains:");
    for (const gain of service.gains) paper.paragraph(gain, { indent: 2, bullet: "- ", emphasis: "good" });
  }
  if (service.stateInMemory) {
    paper.blank();
    paper.paragraph(`In memory of each pod: ${service.stateInMemory.what.join("; ")}.`);
    paper.paragraph(service.stateInMemory.consequence, { indent: 2, emphasis: "bad" });
  }
  paper.blank();
  paper.paragraph("Known defects of its code and image:");
  paper.table(
    [
      { title: "id" },
      { title: "severity" },
      { title: "what is wrong", wrap: true },
      { title: "what the platform does", wrap: true },
      { title: "what the owners must do", wrap: true },
    ],
    service.defects.map(({ id, severity, what, workaround, remedy }) => [id, severity, what, workaround, remedy]),
    2,
  );
}
