/** Where the databases' languages differ. */
export interface SqlDialect {
  /** Column type of a primary key that the database counts. */
  readonly counter: string;
  /** Table option that keeps rows in the order of their primary key, where there is one. */
  readonly clustered: string;
  /** Further columns of the access record. */
  readonly auditColumns: string;
  /** Column of the access record in whose order records settle. */
  readonly settling: string;
  /** Statements that make a table refuse whatever is not an insertion. */
  readonly appendOnly: (table: string) => string;
  /** Statements that keep the order of `settling` in a database that was moved to another server. */
  readonly moving: string;
  /** Statements that let the access record lose bodies and salts that are five years old, and nothing else. */
  readonly retiring: string;
}

/** Statements of each schema version, in order. A published version is never edited; a change is a new one. */
export const migrations = ({
  counter,
  clustered,
  auditColumns,
  settling,
  appendOnly,
  retiring,
  moving,
}: SqlDialect): readonly string[] => [
  `
  create table call (
    tenant text not null, call text not null, rev bigint not null, package_id text not null,
    manifest text not null, manifest_sha256 text not null, first_hashes text not null,
    jwe text, seed_jwe text not null, registered_at bigint not null,
    primary key (tenant, call, rev)
  ) ${clustered};

  create table pace (
    id ${counter},
    tenant text not null, iss text not null, sub text not null, call text not null,
    seconds_left double precision not null, updated_at bigint not null,
    unique (tenant, iss, sub, call)
  );

  create table session (
    sid text primary key,
    tenant text not null, iss text not null, sub text not null, call text not null, rev bigint not null,
    unit text not null, patient text not null, claims text not null,
    grant_jti text not null, grant_sha256 text not null,
    jkt text not null, device_jwk text not null, device_ecdh text not null,
    epk text not null, epk_sealed text not null,
    watermark_id bigint not null, pace_id bigint not null references pace (id),
    started_at bigint not null, expires_at bigint not null,
    ended_at bigint, ended_why text,
    last_event_seq bigint not null, last_event_sha256 text not null,
    gap_recorded_seq bigint not null, unexplained_windows bigint not null,
    foreign key (tenant, call, rev) references call (tenant, call, rev),
    unique (iss, grant_jti),
    unique (tenant, watermark_id)
  );
  create index session_open on session (tenant, expires_at) where ended_at is null;

  create table lease (
    sid text not null references session (sid), lease_seq bigint not null,
    request_from double precision not null, request_tracks text not null,
    from_seconds double precision not null, to_seconds double precision not null,
    first_index bigint, last_index bigint, rev bigint not null,
    pace_id bigint not null references pace (id), issued_at bigint not null,
    primary key (sid, lease_seq)
  ) ${clustered};
  create index lease_recent on lease (pace_id, issued_at);

  create table event (
    sid text not null references session (sid), event_seq bigint not null, sha256 text not null,
    primary key (sid, event_seq)
  ) ${clustered};

  create table proof (
    jkt text not null, jti text not null, expires_at bigint not null,
    primary key (jkt, jti)
  ) ${clustered};
  create index proof_expiry on proof (expires_at);

  create table epoch (tenant text primary key, epoch bigint not null) ${clustered};

  create table readiness (id bigint primary key, checked_at bigint not null);

  create table audit (
    store_order ${counter},
    tenant text not null, chain text not null, seq bigint not null,
    received_at text not null, author text not null, type text not null,
    actor text, unit text, patient text, call text,
    body text not null, salt text not null, body_hash text not null, prev text not null, hash text not null,${auditColumns}
    unique (tenant, chain, seq)
  );
  create index audit_call on audit (tenant, call, store_order);
  ${appendOnly('audit')}
  `,
  // A trace asks for everyone who listened to one packaging.
  `
  create index session_call on session (tenant, call, rev);
  `,
  // A patient asks who listened.
  `
  create index audit_patient on audit (tenant, patient, store_order);
  `,
  // Which accesses were reviewed, and what else a person did that day.
  `
  create table review (
    tenant text not null, n bigint not null, outcome text not null, reviewed_at bigint not null,
    primary key (tenant, n)
  ) ${clustered};
  create index audit_type on audit (tenant, type, received_at);
  `,
  // Checkpoints, and the Merkle trees behind them.
  `
  create table audit_node (
    tenant text not null, level bigint not null, place bigint not null, hash text not null,
    store_order bigint unique,
    primary key (tenant, level, place)
  ) ${clustered};
  create table checkpoint (
    tenant text not null, size bigint not null, note text not null,
    last_settling text not null, last_order bigint not null,
    primary key (tenant, size)
  ) ${clustered};
  create index audit_settling on audit (tenant, ${settling});
  ${appendOnly('audit_node')}
  ${appendOnly('checkpoint')}
  `,
  // What was erased stays so when a back-up is put back.
  `
  create table erasure (
    tenant text not null, call text not null,
    primary key (tenant, call)
  ) ${clustered};
  insert into erasure (tenant, call) select distinct tenant, call from call where jwe is null;
  `,
  // Retention.
  `
  ${retiring}
  create index audit_retained on audit (tenant, received_at) where body is not null;
  `,
  // How far audit repositories know the record, and what a record's place in it is on another server.
  `
  create table delivery (
    tenant text primary key, last_settling text, last_order bigint not null,
    claimed_by text not null, claimed_until bigint not null
  ) ${clustered};
  ${moving}
  `,
];
