import { type Resources } from "../service";
import { type Bytes } from "../quantity";

/** One setting of the server with the reason for its value. */
export interface ServerSetting {
  readonly name: string;
  /** As `postgresql.conf` takes it, without quotes: `256MB`, `on`, `pg_stat_statements,auto_explain`. */
  readonly value: string;
  readonly why: string;
  /** Whether a new value waits for a restart. */
  readonly restart: boolean;
}

/** What the settings of a server are computed from. */
export interface ServerSize {
  readonly resources: Resources;
  /** Volume of the data. */
  readonly volume: Bytes;
  /** Volume of the write-ahead log. */
  readonly walVolume: Bytes;
  /** Connections that the server takes at most. */
  readonly maxConnections: number;
  /** Servers that stream from the primary. */
  readonly replicas: number;
  /** Major version; 18 adds settings that 15 to 17 refuse. */
  readonly major: number;
}
