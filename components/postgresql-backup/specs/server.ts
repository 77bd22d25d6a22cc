import type * as types from "@pulumi/kubernetes/types";
import { databaseObjects } from "../../../model/database/names";
import { type ServerSetting } from "../../../model/database/server";
import { type Plain } from "../../shared/plain";
import { type PostgresqlBackupArgs } from "../args";
import { backupFolders, backupVolumes } from "../defaults";

const { backup } = databaseObjects;

/** Settings by which a server archives its log; what they say wins over whatever was computed. */
export function archiveSettings({ archiveTimeoutSeconds }: PostgresqlBackupArgs["plan"]): ServerSetting[] {
  const { scripts, backups } = backupFolders;
  return [
    {
      name: "archive_mode",
      value: "on",
      why: "Without the log since the last base backup, a lost volume loses a day.",
      restart: true,
    },
    {
      name: "archive_command",
      value: `sh ${scripts}/archive.sh ${backups} "%p" "%f"`,
      why: "Ends with 0 only when the segment is safe; until then the server keeps it.",
      restart: false,
    },
    {
      name: "archive_timeout",
      value: `${archiveTimeoutSeconds}s`,
      why: "A segment that does not fill is archived after that time: no more than this is lost with the volume.",
      restart: false,
    },
  ];
}

/** What a server mounts to archive. */
export const archiveMounts: Plain<types.input.core.v1.VolumeMount>[] = [
  { name: backupVolumes.backups, mountPath: backupFolders.backups },
  { name: backupVolumes.scripts, mountPath: backupFolders.scripts, readOnly: true },
];

/** The volumes of {@link archiveMounts}. */
export const archiveVolumes: Plain<types.input.core.v1.Volume>[] = [
  { name: backupVolumes.backups, persistentVolumeClaim: { claimName: backup } },
  { name: backupVolumes.scripts, configMap: { name: backup } },
];
