/** Parameters that the platform sets itself, who decides them, and what to change in their place. */
export interface Owned {
  readonly names: readonly string[];
  readonly why: string;
  readonly remedy: string;
}

/** What a stack cannot override, because something else in the program is made from it or makes it. */
export const owned: readonly Owned[] = [
  {
    names: ["max_connections"],
    why: "The connection budget, the poolers' pools and the roles' limits are reckoned from it.",
    remedy: "Set altlas:database.maxConnections.",
  },
  {
    names: ["superuser_reserved_connections", "reserved_connections"],
    why: "The connection budget keeps exactly these connections free.",
    remedy: "Leave it out; the budget's numbers stand in model/database/connections/ledger.ts.",
  },
  {
    names: ["port", "listen_addresses", "unix_socket_directories", "unix_socket_group", "unix_socket_permissions"],
    why: "Services, network policies, probes and poolers know the one address that the program gives.",
    remedy: "Leave it out.",
  },
  {
    names: ["data_directory", "config_file", "hba_file", "ident_file", "external_pid_file"],
    why: "Files lie where the pod has its volumes.",
    remedy: "Leave it out.",
  },
  {
    names: [
      "ssl",
      "ssl_ca_file",
      "ssl_cert_file",
      "ssl_crl_dir",
      "ssl_crl_file",
      "ssl_dh_params_file",
      "ssl_key_file",
      "ssl_passphrase_command",
      "ssl_passphrase_command_supports_reload",
      "ssl_prefer_server_ciphers",
    ],
    why: "Certificates are mounted by the program, and no password ever crosses the network in the clear.",
    remedy: "Leave it out, or set altlas:database.certificate to a Secret with a certificate of yours.",
  },
  {
    names: [
      "archive_mode",
      "archive_command",
      "archive_library",
      "archive_timeout",
      "archive_cleanup_command",
      "restore_command",
      "recovery_end_command",
      "recovery_min_apply_delay",
      "recovery_target",
      "recovery_target_action",
      "recovery_target_inclusive",
      "recovery_target_lsn",
      "recovery_target_name",
      "recovery_target_time",
      "recovery_target_timeline",
      "recovery_target_xid",
    ],
    why: "Backups are the program's: with another archive the restore drill would restore what nobody saves.",
    remedy: "Set altlas:database.backup.",
  },
  {
    names: [
      "cluster_name",
      "hot_standby",
      "primary_conninfo",
      "primary_slot_name",
      "synchronized_standby_slots",
      "synchronous_standby_names",
    ],
    why: "Replication is set up from the number of servers, differently on primary and replicas.",
    remedy: "Set altlas:database.instances.",
  },
  {
    names: [
      "event_source",
      "log_destination",
      "log_directory",
      "log_file_mode",
      "log_filename",
      "log_rotation_age",
      "log_rotation_size",
      "log_truncate_on_rotation",
      "logging_collector",
      "syslog_facility",
      "syslog_ident",
      "syslog_sequence_numbers",
      "syslog_split_messages",
    ],
    why: "The container's own output is what is collected; files would fill the volume unread.",
    remedy: "Leave it out.",
  },
  {
    names: ["TimeZone", "log_timezone"],
    why: "Partitions, logs and jobs reckon in one time, UTC.",
    remedy: "Leave it out; a session may show times in another zone.",
  },
  {
    names: [
      "allow_alter_system",
      "bonjour",
      "bonjour_name",
      "data_sync_retry",
      "jit_provider",
      "restart_after_crash",
      "temp_tablespaces",
    ],
    why: "CloudNativePG refuses it or sets it itself, and a setting must mean the same in each form.",
    remedy: "Leave it out.",
  },
];

/** Who owns a parameter, if not the stack. */
export function ownerOf(name: string): Owned | undefined {
  return owned.find(({ names }) => names.includes(name));
}
