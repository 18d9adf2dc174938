import { SecureCallError } from '@secure-call/protocol';
import pg from 'pg';
import { migrations, type SqlDialect } from './migrations.ts';

/** By how much the numbers of transactions in the record are greater than this server's. */
function settlingShift(value: string): string {
  return `create or replace function settling_shift() returns bigint language sql immutable as 'select ${value}::bigint';`;
}

export const postgresDialect: SqlDialect = {
  counter: 'bigint generated always as identity primary key',
  clustered: '',
  auditColumns: ' written_in xid8 not null default pg_current_xact_id(),',
  settling: 'written_in',
  moving: `
    ${settlingShift('0')}
    alter table audit alter column written_in set default
      ((pg_current_xact_id()::text::bigint + settling_shift())::text::xid8);`,
  appendOnly: table => `
    create function ${table}_refuse() returns trigger language plpgsql as
      $$ begin raise exception 'the access record is append-only'; end $$;
    create trigger ${table}_append_only before update or delete or truncate on ${table}
      for each statement execute function ${table}_refuse();`,
  retiring: `
    alter table audit alter column body drop not null;
    alter table audit alter column salt drop not null;
    alter table audit add constraint audit_content check ((body is null) = (salt is null));
    drop trigger audit_append_only on audit;
    create trigger audit_append_only before delete or truncate on audit
      for each statement execute function audit_refuse();
    create function audit_retire() returns trigger language plpgsql as $$
      begin
        if old.body is not null and new.body is null and new.salt is null
          and to_jsonb(new) - 'body' - 'salt' = to_jsonb(old) - 'body' - 'salt'
          and old.received_at collate "C" <
            to_char((now() at time zone 'utc') - interval '5 years', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        then
          return new;
        end if;
        raise exception 'the access record is append-only';
      end $$;
    create trigger audit_retire before update on audit for each row execute function audit_retire();`,
};

/** Any number, so that only one service at a time changes the schema. */
const LOCK = 8_236_411_907;

/** Tables to which the service's role may only add. */
const APPEND_ONLY: ReadonlySet<string> = new Set(['audit', 'audit_node', 'checkpoint']);

/**
 * Brings the schema up to date, and lets a role of its own work with it.
 * @param ownerUrl - address of the role that owns the tables
 * @param role - the role that the service works as
 * @throws {SecureCallError} `configuration_invalid` when the schema is newer than this program
 */
export async function migratePostgres(ownerUrl: string, role: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'secure-call migration' });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await migrate(client);
    await shiftIfMoved(client);
    await permit(client, role);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function migrate(client: pg.Client): Promise<void> {
  await client.query('create table if not exists schema_version (version bigint not null)');
  const { rows } = await client.query<{ version: string }>('select version from schema_version');
  const version = Number(rows[0]?.version ?? 0);
  const versions = migrations(postgresDialect);
  if (version > versions.length)
    throw new SecureCallError('configuration_invalid', 'The database was written by a newer version.');
  for (const statements of versions.slice(version)) await client.query(statements);
  await client.query('delete from schema_version');
  await client.query('insert into schema_version values ($1)', [versions.length]);
}

/**
 * A server counts its transactions from its own beginning. In a database that came from another one by `pg_dump`, what is written
 * now would stand before what is there, or what is there would never settle; so counting goes on behind the greatest number.
 */
async function shiftIfMoved(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ shift: string }>(
    `with recursive tenants as (
       select (select tenant from audit order by tenant limit 1) as tenant
       union all
       select (select tenant from audit where tenant > tenants.tenant order by tenant limit 1)
         from tenants where tenants.tenant is not null
     ), counts as (
       select max((select written_in from audit where audit.tenant = tenants.tenant
           order by written_in desc limit 1)::text::bigint) as last,
         pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next
       from tenants
     )
     select last - next as shift from counts where last >= next + settling_shift()`,
  );
  const [moved] = rows;
  if (moved) await client.query(settlingShift(String(Number(moved.shift) + 1)));
}

async function permit(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ owner: string; tablename: string }>(
    `select current_user as owner, tablename from pg_tables
     where schemaname = current_schema() and tablename <> 'schema_version'`,
  );
  if (rows[0]?.owner === role) return;
  const grantee = client.escapeIdentifier(role);
  await client.query(`grant usage on schema public to ${grantee}`);
  await client.query(`grant usage on all sequences in schema public to ${grantee}`);
  for (const { tablename } of rows) {
    const rights = APPEND_ONLY.has(tablename) ? 'select, insert' : 'select, insert, update, delete';
    await client.query(`grant ${rights} on ${client.escapeIdentifier(tablename)} to ${grantee}`);
  }
  // What retention needs; which records may lose them, and that they lose both, is the trigger's.
  await client.query(`grant update (body, salt) on audit to ${grantee}`);
}
