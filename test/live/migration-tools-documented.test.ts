import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { columnsOf, hash, keepsItsBooks, openProject, schema, type Project } from './migration-tools-stage.ts'

let server: MariaDb
let project: Project

const column = async (sql: string): Promise<readonly string[]> =>
  (await project.sql(sql)).map(row => String(Object.values(row)[0]))

const migrateByHand = async (): Promise<void> => {
  for (const sql of [schema.customers, schema.orders, schema.note]) await project.sql(sql)
}

// golang-migrate and Flyway are neither in npm nor in Debian; Liquibase's npm package brings drivers of other makers' own
// licences along, and Prisma downloads its engine for MySQL: their tables are made here as their sources have them.
describeWithMariaDb('a database whose migration table is laid out by hand, as documented for', () => {
  beforeAll(async () => {
    server = await startMariaDb(['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0'])
  })
  afterEach(async () => project.close())
  afterAll(async () => server.remove())

  test('golang-migrate: every script up to its version is applied, and its one row follows each reversal', async () => {
    project = await openProject(server, 'golang-migrate', {
      '000001_customers.up.sql': schema.customers,
      '000001_customers.down.sql': 'DROP TABLE customers',
      '000009_orders.up.sql': schema.orders,
      '000009_orders.down.sql': 'DROP TABLE orders',
      '000010_notes.up.sql': schema.note,
      '000010_notes.down.sql': `-- the column goes\n${schema.noNote};`,
    })
    await migrateByHand()
    // database/mysql/mysql.go, ensureVersionTable and SetVersion
    await project.sql('CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null)')
    await project.sql('INSERT INTO schema_migrations (version, dirty) VALUES (10, 0)')
    const upTo = async (): Promise<readonly string[]> => {
      const [version] = await column('SELECT version FROM schema_migrations WHERE dirty = 0')
      return ['1', '9', '10'].filter(other => Number(other) <= Number(version))
    }
    await keepsItsBooks(project, ['1', '9', '10'], upTo)
    expect(await columnsOf(project)).toEqual(['id', 'customer'])
    await project.reverse('9')
    await project.reverse('1')
    expect([await project.versions(), await column('SELECT version FROM schema_migrations')]).toEqual([[], []])
    await project.book('up', '1')
    await project.sql('UPDATE schema_migrations SET dirty = 1')
    expect((await project.dirty()).map(({ what, ways }) => [what, ways[0].slice(-16), ways[1].slice(-17)])).toEqual([
      ['golang-migrate left version 1 marked dirty', 'migrate force 1.', 'migrate force -1.'],
    ])
  })

  test('Flyway: undone and deleted versions are not applied, and a reversal is one more row', async () => {
    project = await openProject(server, 'flyway', {
      'V1__customers.sql': schema.customers,
      'V1_1__orders.sql': `${schema.orders};\r\n`,
      'U1_1__orders.sql': 'DROP TABLE orders',
      'V2__order_notes.sql': `${schema.note};\n-- and a comment\n`,
      'U2__order_notes.sql': schema.noNote,
    })
    await migrateByHand()
    // MySQLDatabase.getRawCreateScript
    await project.sql(
      'CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time INT NOT NULL, success BOOL NOT NULL)',
    )
    const row = (
      rank: number,
      version: string | null,
      description: string,
      type: string,
      success = 1,
    ): Promise<unknown> =>
      project.sql(
        'INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) VALUES (?, ?, ?, ?, ?, ?, ?, 5, ?)',
        [
          rank,
          version,
          description,
          type,
          's',
          project.scripts().find(one => one.version === version)?.checksums?.[0] ?? null,
          'shop',
          success,
        ],
      )
    await row(0, null, '<< Flyway Schema Creation >>', 'SCHEMA')
    await row(1, '1', 'customers', 'SQL')
    await row(2, '1.1', 'orders', 'SQL')
    await row(3, '1.1', 'orders', 'UNDO_SQL')
    await row(4, '1.1', 'orders', 'SQL')
    await row(5, '2', 'order notes', 'SQL')
    await keepsItsBooks(project, ['1', '1.1', '2'], async () => {
      // MigrationInfoServiceImpl.markAsDeleted: DELETE takes the newest row of its version away.
      const rows = await project.sql(
        "SELECT version, type FROM flyway_schema_history WHERE type <> 'SCHEMA' ORDER BY installed_rank",
      )
      const versions: string[] = []
      for (const { version, type } of rows)
        if (type === 'SQL') versions.push(String(version))
        else versions.splice(versions.lastIndexOf(String(version)), 1)
      return versions
    })
    expect(await columnsOf(project)).toEqual(['id', 'customer'])
    expect(
      await project.sql(
        'SELECT version, description, type, script, installed_by, success FROM flyway_schema_history WHERE installed_rank = 6',
      ),
    ).toEqual([
      {
        version: '2',
        description: 'order notes',
        type: 'DELETE',
        script: 'V2__order_notes.sql',
        installed_by: 'astern',
        success: 1,
      },
    ])
    await row(20, '3', 'stock', 'SQL', 0)
    expect((await project.dirty()).map(({ what }) => what)).toEqual(['Flyway has 3 as failed: its way up failed'])
  })

  test('Liquibase: change sets are told by file, id and author, and a lock that is held is told with its holder', async () => {
    const head = '--liquibase formatted sql\n'
    const set = (id: string, up: string, down: string): string =>
      `--changeset ana:${id}\n${up};\n--rollback ${down};\n\n`
    project = await openProject(
      server,
      'liquibase',
      {
        'changelog/001.sql': `${head}${set('1', schema.customers, 'DROP TABLE customers')}${set('2', schema.orders, 'DROP TABLE orders')}`,
        'changelog/002.sql': `${head}${set('1', schema.note, schema.noNote)}`,
      },
      'changelog',
    )
    await migrateByHand()
    // CreateDatabaseChangeLogTableGenerator, CreateDatabaseChangeLogLockTableGenerator, MarkChangeSetRanGenerator
    await project.sql(
      'CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL, FILENAME VARCHAR(255) NOT NULL, DATEEXECUTED DATETIME NOT NULL, ORDEREXECUTED INT NOT NULL, EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35), DESCRIPTION VARCHAR(255), COMMENTS VARCHAR(255), TAG VARCHAR(255), LIQUIBASE VARCHAR(20), CONTEXTS VARCHAR(255), LABELS VARCHAR(255), DEPLOYMENT_ID VARCHAR(10))',
    )
    await project.sql(
      'CREATE TABLE DATABASECHANGELOGLOCK (ID INT NOT NULL PRIMARY KEY, LOCKED BOOL NOT NULL, LOCKGRANTED DATETIME, LOCKEDBY VARCHAR(255))',
    )
    await project.sql('INSERT INTO DATABASECHANGELOGLOCK (ID, LOCKED) VALUES (1, 0)')
    for (const [order, id, file] of [
      [1, '1', '001'],
      [2, '2', '001'],
      [3, '1', '002'],
    ])
      await project.sql(
        "INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE, MD5SUM) VALUES (?, 'ana', ?, NOW(), ?, 'EXECUTED', '9:aa')",
        [id, `db/changelog/${file}.sql`, order],
      )
    const versions = ['001.sql::1::ana', '001.sql::2::ana', '002.sql::1::ana'] as const
    await keepsItsBooks(project, versions, async () =>
      (
        await column("SELECT CONCAT(FILENAME, '::', ID, '::', AUTHOR) FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED")
      ).map(name => name.replace('db/changelog/', '')),
    )
    expect(await columnsOf(project)).toEqual(['id', 'customer'])
    await project.sql(
      "UPDATE DATABASECHANGELOGLOCK SET LOCKED = 1, LOCKEDBY = 'ci-4 (10.0.0.7)', LOCKGRANTED = '2026-11-18 03:00:00'",
    )
    expect((await project.dirty()).map(({ what }) => what)).toEqual([
      'Liquibase is locked by ci-4 (10.0.0.7) since 2026-11-18 03:00:00',
    ])
  })

  test('Prisma: attempts that were rolled back do not count, one without an end is told', async () => {
    project = await openProject(server, 'prisma', {
      '20261101090000_customers/migration.sql': schema.customers,
      '20261102090000_orders/migration.sql': schema.orders,
      '20261118090000_notes/migration.sql': `${schema.note};\n`,
      '20261118090000_notes/down.sql': `${schema.noNote};\n`,
      'migration_lock.toml': 'provider = "mysql"\n',
    })
    await migrateByHand()
    // schema-engine, flavour/mysql.rs, create_migrations_table
    await project.sql(
      'CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at DATETIME(3), started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
    )
    const row = (id: string, name: string, at: string, end: string | null, back: string | null): Promise<unknown> =>
      project.sql(
        'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, rolled_back_at) VALUES (?, ?, ?, ?, ?, ?)',
        [id, hash('sha256', name), name, at, end, back],
      )
    const versions = ['20261101090000_customers', '20261102090000_orders', '20261118090000_notes'] as const
    await row('a', versions[0], '2026-11-01 09:00', '2026-11-01 09:01', null)
    await row('b', versions[1], '2026-11-02 09:00', null, '2026-11-02 09:05')
    await row('c', versions[1], '2026-11-02 09:10', '2026-11-02 09:11', null)
    await row('d', versions[2], '2026-11-18 09:00', '2026-11-18 09:01', null)
    await keepsItsBooks(project, versions, () =>
      column(
        'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY started_at',
      ),
    )
    expect(await columnsOf(project)).toEqual(['id', 'customer'])
    await row('e', versions[2], '2026-11-19 09:00', null, null)
    expect((await project.dirty()).map(({ what }) => what)).toEqual([
      'Prisma began 20261118090000_notes and has no end of it',
    ])
  })
})
