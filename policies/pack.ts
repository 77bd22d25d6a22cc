import { servePolicies } from "./pulumi/serve";
import { rules } from "./rules";

servePolicies(rules);
