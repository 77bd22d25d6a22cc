import { z } from "zod";
import { isBytes, isCpu } from "../../model/quantity";

const cpu = z.string().refine(isCpu, "must be millicores (500m) or cores (2)");
const bytes = z.string().refine(isBytes, "must be an amount with a binary unit, such as 512Mi or 10Gi");
/** Five fields of numbers, ranges, steps and lists: what the CronJob controller reads, without names and macros. */
const cron = z
  .string()
  .regex(
    /^[\d*/,-]+( [\d*/,-]+){4}$/,
    "must be a cron expression of five fields of numbers, such as 0 2 * * *; it is read in UTC",
  );
const dnsLabel = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be a name of a Kubernetes object");

const size = {
  instances: z.int().min(1).max(9).optional().describe("servers: the primary and its streaming replicas"),
  resources: z
    .strictObject({
      cpu: cpu.describe("CPU that a server asks for; it may use twice that"),
      memory: bytes.describe("memory that a server asks for and may use"),
    })
    .optional()
    .describe("size of one server; every setting of the server follows it"),
  volume: bytes.optional().describe("volume of the data; it can grow, and never shrink"),
  walVolume: bytes.optional().describe("volume of the write-ahead log"),
  maxConnections: z
    .int()
    .min(20)
    .max(1000)
    .optional()
    .describe("connections that a server takes at most; absent: what services need, and some more"),
  settings: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe("settings of postgresql.conf in place of computed ones; contradictions are refused"),
};
const schedules = {
  schedule: cron.optional().describe("when the base backup is taken; UTC"),
  retentionDays: z.int().min(1).max(365).optional().describe("days that backups and log are kept"),
  drillSchedule: cron
    .optional()
    .describe("when the last backup is restored and checked; UTC, at most 31 days apart (ALT-DB-008)"),
};

/** `altlas:database`: PostgreSQL of the stack, in one of three forms. */
export const databaseSettings = z.discriminatedUnion("form", [
  z.strictObject({
    form: z.literal("plain"),
    ...size,
    primary: z
      .int()
      .min(0)
      .max(8)
      .optional()
      .describe("number of the server that is the primary, after somebody promoted another by hand; absent: 0"),
    certificate: dnsLabel.optional().describe("Secret of type kubernetes.io/tls; absent: servers sign their own"),
    backup: z
      .strictObject({ size: bytes.describe("volume of backups and archived log"), ...schedules })
      .optional()
      .describe("backups on a volume of the shared class"),
  }),
  z.strictObject({
    form: z.literal("cloudNativePg"),
    ...size,
    backup: z
      .strictObject({
        bucket: z
          .string()
          .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket")
          .optional()
          .describe("bucket of somebody else's in place of the program's own, which there is on EKS only"),
        region: z.string().min(1).optional().describe("region of that bucket"),
        ...schedules,
      })
      .optional()
      .describe("backups in object storage"),
  }),
  z.strictObject({
    form: z.literal("external"),
    host: z.string().min(1).describe("name under which the server is reached"),
    port: z.int().min(1).max(65535).default(5432),
    cidrs: z
      .array(z.string().regex(/^[0-9a-fA-F.:]+\/\d{1,3}$/, "must be an address block such as 10.20.4.0/24"))
      .min(1)
      .describe("address blocks that the name leads to; network policies know no names"),
    maxConnections: z.int().min(20).max(10_000).describe("connections that the server takes at most"),
    administrator: z
      .strictObject({
        user: z.string().min(1).describe("role that may make roles and databases"),
        secretName: dnsLabel.describe("Secret in the namespace of the data systems that holds its password"),
        key: z.string().min(1).describe("key of the password in it"),
      })
      .describe("as whom the migration Job comes"),
  }),
]);

export type DatabaseSettings = z.infer<typeof databaseSettings>;
