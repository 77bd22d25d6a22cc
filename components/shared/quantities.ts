import { type Quantities } from "../../model/footprint";
import { mebibytes, millicores } from "../../model/quantity";
import { type Amounts } from "../../model/service";

/** What a container asks for, as numbers; its disk of the node in MiB beside it. */
export function quantities({ cpu, memory }: Amounts, ephemeralMebibytes: number): Quantities {
  return { cpuMillicores: millicores(cpu), memoryMebibytes: mebibytes(memory), ephemeralMebibytes };
}
