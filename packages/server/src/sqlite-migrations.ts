/** Statements of each schema version, in order. A published version is never edited; a change is a new one. */
export const sqliteMigrations: readonly string[] = [
  `
  create table call (
    tenant text not null, call text not null, rev integer not null, package_id text not null,
    manifest text not null, manifest_sha256 text not null, first_hashes text not null,
    jwe text, seed_jwe text not null, registered_at integer not null,
    primary key (tenant, call, rev)
  ) without rowid;

  create table pace (
    id integer primary key,
    tenant text not null, iss text not null, sub text not null, call text not null,
    seconds_left real not null, updated_at integer not null,
    unique (tenant, iss, sub, call)
  );

  create table session (
    sid text primary key,
    tenant text not null, iss text not null, sub text not null, call text not null, rev integer not null,
    unit text not null, patient text not null, claims text not null,
    grant_jti text not null, grant_sha256 text not null,
    jkt text not null, device_jwk text not null, device_ecdh text not null,
    epk text not null, epk_sealed text not null,
    watermark_id integer not null, pace_id integer not null references pace (id),
    started_at integer not null, expires_at integer not null,
    ended_at integer, ended_why text,
    last_event_seq integer not null, last_event_sha256 text not null,
    gap_recorded_seq integer not null, unexplained_windows integer not null,
    foreign key (tenant, call, rev) references call (tenant, call, rev),
    unique (iss, grant_jti),
    unique (tenant, watermark_id)
  );
  create index session_open on session (tenant, expires_at) where ended_at is null;

  create table lease (
    sid text not null references session (sid), lease_seq integer not null,
    request_from real not null, request_tracks text not null,
    from_seconds real not null, to_seconds real not null,
    first_index integer, last_index integer, rev integer not null,
    pace_id integer not null references pace (id), issued_at integer not null,
    primary key (sid, lease_seq)
  ) without rowid;
  create index lease_recent on lease (pace_id, issued_at);

  create table event (
    sid text not null references session (sid), event_seq integer not null, sha256 text not null,
    primary key (sid, event_seq)
  ) without rowid;

  create table proof (
    jkt text not null, jti text not null, expires_at integer not null,
    primary key (jkt, jti)
  ) without rowid;
  create index proof_expiry on proof (expires_at);

  create table epoch (tenant text primary key, epoch integer not null) without rowid;

  create table readiness (id integer primary key, checked_at integer not null);

  create table audit (
    store_order integer primary key autoincrement,
    tenant text not null, chain text not null, seq integer not null,
    received_at text not null, author text not null, type text not null,
    actor text, unit text, patient text, call text,
    body text not null, salt text not null, body_hash text not null, prev text not null, hash text not null,
    unique (tenant, chain, seq)
  );
  create index audit_call on audit (tenant, call, store_order);
  create trigger audit_no_update before update on audit
    begin select raise(abort, 'the access record is append-only'); end;
  create trigger audit_no_delete before delete on audit
    begin select raise(abort, 'the access record is append-only'); end;
  `,
  // A trace asks for everyone who listened to one packaging.
  `
  create index session_call on session (tenant, call, rev);
  `,
];
