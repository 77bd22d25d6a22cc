import { type Rule } from "../rule";
import { rule as aws001 } from "./aws-001";
import { rule as aws002 } from "./aws-002";
import { rule as aws003 } from "./aws-003";
import { rule as aws004 } from "./aws-004";
import { rule as aws005 } from "./aws-005";
import { rule as aws006 } from "./aws-006";
import { rule as aws007 } from "./aws-007";
import { rule as aws008 } from "./aws-008";
import { rule as aws009 } from "./aws-009";
import { rule as aws010 } from "./aws-010";
import { rule as aws011 } from "./aws-011";
import { rule as aws012 } from "./aws-012";
import { rule as aws013 } from "./aws-013";
import { rule as aws014 } from "./aws-014";
import { rule as aws015 } from "./aws-015";
import { rule as aws016 } from "./aws-016";
import { rule as aws017 } from "./aws-017";
import { rule as db001 } from "./db-001";
import { rule as db002 } from "./db-002";
import { rule as db003 } from "./db-003";
import { rule as db004 } from "./db-004";
import { rule as db005 } from "./db-005";
import { rule as db006 } from "./db-006";
import { rule as db007 } from "./db-007";
import { rule as db008 } from "./db-008";
import { rule as db009 } from "./db-009";
import { rule as db010 } from "./db-010";
import { rule as db011 } from "./db-011";
import { rule as db012 } from "./db-012";
import { rule as db013 } from "./db-013";
import { rule as db014 } from "./db-014";
import { rule as db015 } from "./db-015";
import { rule as k8s001 } from "./k8s-001";
import { rule as k8s002 } from "./k8s-002";
import { rule as k8s003 } from "./k8s-003";
import { rule as k8s004 } from "./k8s-004";
import { rule as k8s005 } from "./k8s-005";
import { rule as k8s006 } from "./k8s-006";
import { rule as k8s010 } from "./k8s-010";
import { rule as k8s011 } from "./k8s-011";
import { rule as k8s012 } from "./k8s-012";
import { rule as k8s013 } from "./k8s-013";
import { rule as k8s020 } from "./k8s-020";
import { rule as k8s021 } from "./k8s-021";
import { rule as k8s022 } from "./k8s-022";
import { rule as k8s023 } from "./k8s-023";
import { rule as k8s024 } from "./k8s-024";
import { rule as k8s025 } from "./k8s-025";
import { rule as k8s026 } from "./k8s-026";
import { rule as k8s030 } from "./k8s-030";
import { rule as k8s031 } from "./k8s-031";
import { rule as k8s032 } from "./k8s-032";
import { rule as k8s033 } from "./k8s-033";
import { rule as k8s040 } from "./k8s-040";
import { rule as k8s041 } from "./k8s-041";
import { rule as k8s050 } from "./k8s-050";
import { rule as k8s051 } from "./k8s-051";
import { rule as k8s052 } from "./k8s-052";
import { rule as k8s060 } from "./k8s-060";
import { rule as k8s061 } from "./k8s-061";
import { rule as k8s062 } from "./k8s-062";
import { rule as k8s063 } from "./k8s-063";
import { rule as k8s064 } from "./k8s-064";
import { rule as k8s065 } from "./k8s-065";
import { rule as k8s066 } from "./k8s-066";
import { rule as k8s067 } from "./k8s-067";
import { rule as k8s068 } from "./k8s-068";
import { rule as net001 } from "./net-001";
import { rule as net002 } from "./net-002";
import { rule as net003 } from "./net-003";
import { rule as net004 } from "./net-004";
import { rule as net005 } from "./net-005";
import { rule as net006 } from "./net-006";
import { rule as net007 } from "./net-007";
import { rule as ops001 } from "./ops-001";
import { rule as ops002 } from "./ops-002";
import { rule as ops003 } from "./ops-003";
import { rule as ops004 } from "./ops-004";
import { rule as ops005 } from "./ops-005";
import { rule as ops006 } from "./ops-006";
import { rule as ops007 } from "./ops-007";
import { rule as scale001 } from "./scale-001";
import { rule as scale002 } from "./scale-002";
import { rule as scale003 } from "./scale-003";
import { rule as scale004 } from "./scale-004";
import { rule as scale005 } from "./scale-005";
import { rule as scale008 } from "./scale-008";
import { rule as scale009 } from "./scale-009";
import { rule as scale010 } from "./scale-010";
import { rule as scale011 } from "./scale-011";
import { rule as scale012 } from "./scale-012";
import { rule as scale020 } from "./scale-020";
import { rule as scale021 } from "./scale-021";
import { rule as scale022 } from "./scale-022";
import { rule as scale023 } from "./scale-023";

/** Every rule, one file each, in the order of the catalogue. A file that is missing here fails a test. */
export const rules: readonly Rule[] = [
  k8s001,
  k8s002,
  k8s003,
  k8s004,
  k8s005,
  k8s006,
  k8s010,
  k8s011,
  k8s012,
  k8s013,
  k8s020,
  k8s021,
  k8s022,
  k8s023,
  k8s024,
  k8s025,
  k8s026,
  k8s030,
  k8s031,
  k8s032,
  k8s033,
  k8s040,
  k8s041,
  k8s050,
  k8s051,
  k8s052,
  k8s060,
  k8s061,
  k8s062,
  k8s063,
  k8s064,
  k8s065,
  k8s066,
  k8s067,
  k8s068,
  scale001,
  scale002,
  scale003,
  scale004,
  scale005,
  scale008,
  scale009,
  scale010,
  scale011,
  scale012,
  scale020,
  scale021,
  scale022,
  scale023,
  net001,
  net002,
  net003,
  net004,
  net005,
  net006,
  net007,
  db001,
  db002,
  db003,
  db004,
  db005,
  db006,
  db007,
  db008,
  db009,
  db010,
  db011,
  db012,
  db013,
  db014,
  db015,
  aws001,
  aws002,
  aws003,
  aws004,
  aws005,
  aws006,
  aws007,
  aws008,
  aws009,
  aws010,
  aws011,
  aws012,
  aws013,
  aws014,
  aws015,
  aws016,
  aws017,
  ops001,
  ops002,
  ops003,
  ops004,
  ops005,
  ops006,
  ops007,
];
