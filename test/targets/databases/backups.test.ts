import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aboutInsertedSince, ageOf, proposeBackup, type Backup } from '../../../src/state/backup.ts'
import { onlyOf } from '../../../src/targets/databases/mysql/act/restore/dump-filter.ts'
import { eventsAwake } from '../../../src/targets/databases/mysql/act/restore/events-asleep.ts'
import { findBackups } from '../../../src/targets/databases/mysql/restore/backups.ts'
import { closureOf, parentsFirst } from '../../../src/targets/databases/mysql/restore/closure.ts'
import { sidesOf } from '../../../src/targets/databases/mysql/restore/sides.ts'

let dir = ''
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'astern-backups-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const where = (tool: 'mydumper' | 'mysqldump') => ({ tool, dir, schema: 'shop', migrations: 'schema_migrations' })

describe('backups that mydumper made', () => {
  test('are listed newest first, with when, where in the binlog, tables and migrations', async () => {
    directory('monday', { day: '2026-11-23' })
    directory('tuesday', { day: '2026-11-24', versions: ['1', '2'] })
    const { backups } = await findBackups(where('mydumper'))
    expect(backups.map(({ name, amiss, read }) => [name, amiss, read])).toEqual([
      ['tuesday', null, true],
      ['monday', null, true],
    ])
    expect(backups[0]).toMatchObject({
      schema: 'shop',
      begunAt: new Date('2026-11-24T02:00:00').toISOString(),
      finishedAt: new Date('2026-11-24T02:05:00').toISOString(),
      position: { file: 'binlog.000007', offset: 4427, gtid: '0-1-19' },
      tables: [
        { name: 'orders', rows: null, nextId: 61 },
        { name: 'schema_migrations', rows: null, nextId: null },
      ],
      migrations: ['1', '2'],
      checksum: 'none',
    })
  })

  test('are not whole when they were never finished, lack a schema, or are cut off', async () => {
    directory('a', { metadata: 'Started dump at: 2026-11-24 02:00:00\n', metadataName: 'metadata.partial' })
    directory('b', { metadata: 'Started dump at: 2026-11-24 02:00:00\n' })
    directory('c', { files: { 'shop.gifts.sql': 'INSERT INTO `gifts` VALUES\n(1);\n' } })
    directory('d', { files: { 'shop.orders.sql': 'INSERT INTO `orders` VALUES\n(1,2),\n(2' } })
    const whole = gzipSync(Buffer.from('INSERT INTO `orders` VALUES\n(1,2);\n'.repeat(500)))
    directory('e', { files: { 'shop.orders.sql': null, 'shop.orders.sql.gz': whole.subarray(0, whole.length - 20) } })
    const { backups } = await findBackups(where('mydumper'), 9)
    expect(amissOf(backups)).toEqual([
      ['a', 'it was never finished: its metadata is still called metadata.partial'],
      ['b', 'it was never finished: its metadata has no end'],
      ['c', 'the schema of table gifts is missing'],
      ['d', 'shop.orders.sql is cut off: it ends inside a statement'],
      ['e', 'shop.orders.sql.gz cannot be unpacked to its end'],
    ])
  })

  test('of newer versions tell their rows, and are read packed by zstd', async () => {
    const metadata =
      '# Started dump at: 2026-11-24 02:00:00\n[config]\nquote-character = BACKTICK\n\n[source]\nFile = "binlog.000007"\nPosition = 44\n\n[`shop`.`orders`]\nreal_table_name=orders\nrows = 60\n\n# Finished dump at: 2026-11-24 02:05:00\n'
    const packed = zstdCompressSync(Buffer.from('INSERT INTO `orders` VALUES\n(1,2);\n'))
    directory('new', { metadata, files: { 'shop.orders.sql': null, 'shop.orders.00000.sql.zst': packed } })
    const { backups } = await findBackups(where('mydumper'))
    expect(backups[0]).toMatchObject({
      amiss: null,
      position: { file: 'binlog.000007', offset: 44 },
      tables: [{ name: 'orders', rows: 60 }, { name: 'schema_migrations' }],
      unpackedBytes: null,
    })
  })

  test('are held against their checksums, where there are any', async () => {
    directory('good', {})
    directory('bad', {})
    for (const [name, content] of [
      ['good', orders],
      ['bad', 'something else'],
    ] as const)
      writeFileSync(join(dir, name, 'SHA256SUMS'), `${sha256(content)}  shop.orders.sql\n`)
    const { backups } = await findBackups(where('mydumper'))
    expect(Object.fromEntries(backups.map(({ name, checksum }) => [name, checksum]))).toEqual({
      good: 'matches',
      bad: 'differs',
    })
  })
})

describe('backups that mysqldump made', () => {
  test('are read to their end, plain and packed', async () => {
    writeFileSync(join(dir, 'plain.sql'), dump('2026-11-24'))
    writeFileSync(join(dir, 'packed.sql.gz'), gzipSync(dump('2026-11-23')))
    const { backups } = await findBackups(where('mysqldump'))
    const both = {
      amiss: null,
      schema: 'shop',
      migrations: ['1', '2'],
      read: true,
      unpackedBytes: dump('x').length + 9,
    }
    expect(backups).toMatchObject([
      {
        name: 'plain.sql',
        ...both,
        version: 'MariaDB dump 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)',
      },
      { name: 'packed.sql.gz', ...both, finishedAt: new Date('2026-11-23T03:00:00').toISOString() },
    ])
    expect(backups[0]?.tables).toEqual([
      { name: 'orders', rows: null, nextId: 61 },
      { name: 'schema_migrations', rows: null, nextId: null },
    ])
    expect(backups[0]?.position).toEqual({ file: 'binlog.000001', offset: 4427, gtid: null })
  })

  test('say whether they hold the former states of rows', async () => {
    const history =
      '/*M!101100 SET @old_system_versioning_insert_history=@@session.system_versioning_insert_history, @@session.system_versioning_insert_history=1 */;\n'
    writeFileSync(join(dir, 'plain.sql'), dump('2026-11-23'))
    writeFileSync(join(dir, 'with.sql'), dump('2026-11-24').replace('INSERT INTO', `${history}INSERT INTO`))
    const { backups } = await findBackups(where('mysqldump'))
    expect(backups.map(({ name, history: has }) => [name, has])).toEqual([
      ['with.sql', true],
      ['plain.sql', undefined],
    ])
  })

  test('are not whole when they are cut off, are no dump, or cannot be unpacked', async () => {
    const whole = gzipSync(dump('2026-11-24').repeat(50))
    writeFileSync(join(dir, 'a.sql'), dump('2026-11-24').slice(0, -60))
    writeFileSync(join(dir, 'b.sql.gz'), whole.subarray(0, whole.length - 30))
    writeFileSync(join(dir, 'c.sql'), 'SELECT 1;\n')
    const { backups } = await findBackups(where('mysqldump'))
    expect(amissOf(backups)).toEqual([
      ['a.sql', 'it does not say that it was completed: it is cut off, or was made without comments'],
      ['b.sql.gz', 'it cannot be unpacked to its end'],
      ['c.sql', 'it does not begin as a dump does'],
    ])
  })

  test('cannot lead into another schema, and their events sleep', async () => {
    const lines = [
      '-- Current Database: `shop`',
      'CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop`;',
      'USE `shop`;',
      'SET @@GLOBAL.GTID_PURGED=/*!80000 \'+\'*/ "a:1",',
      '"b:2";',
      "CHANGE MASTER TO MASTER_LOG_FILE='binlog.1', MASTER_LOG_POS=4;",
      "INSERT INTO `orders` VALUES ('USE `shop`;');",
      'DELIMITER ;;',
      "/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`localhost`*/ /*!50106 EVENT `e1` ON SCHEDULE EVERY 1 DAY STARTS '2026-11-26 22:13:24' ON COMPLETION NOT PRESERVE ENABLE DO DELETE FROM audit */ ;;",
      'SET GLOBAL is_part_of_a_body = 1;',
      'DELIMITER ;',
      '-- Current Database: `other`',
      'CREATE TABLE `never` (a INT);',
    ]
    const filtered = await text(Readable.from([Buffer.from(`${lines.join('\n')}\n`)]).pipe(onlyOf('shop')))
    expect(filtered.split('\n')).toEqual([
      lines[6],
      lines[7],
      lines[8]?.replace('ENABLE DO', 'DISABLE ON SLAVE DO'),
      lines[9],
      lines[10],
      '',
    ])
    expect(eventsAwake(lines[8]?.replace('ENABLE DO', 'DISABLE ON SLAVE DO') ?? '')).toBe(lines[8])
  })

  test('pass the filter the same, however they are cut into pieces', async () => {
    const whole = Buffer.from(`USE \`shop\`;\n${dump('2026-11-24')}`)
    const pieces = Array.from({ length: Math.ceil(whole.length / 7) }, (_, index) =>
      whole.subarray(index * 7, index * 7 + 7),
    )
    expect(await text(Readable.from(pieces).pipe(onlyOf('shop')))).toBe(dump('2026-11-24'))
  })
})

describe('the backup that is proposed', () => {
  test('is the newest whole one with just the wanted migrations; newer ones are passed over with the reason', async () => {
    directory('thursday', { day: '2026-11-26', versions: ['1', '2'] })
    directory('wednesday', { day: '2026-11-25', metadata: 'Started dump at: 2026-11-25 02:00:00\n' })
    directory('tuesday', { day: '2026-11-24' })
    directory('monday', { day: '2026-11-23' })
    const { backups } = await findBackups(where('mydumper'))
    const { backup, passedOver } = proposeBackup(backups, 'shop', ['1'])
    expect(backup?.name).toBe('tuesday')
    expect(passedOver).toEqual([
      { name: 'thursday', why: 'it was taken after migration 2' },
      { name: 'wednesday', why: 'it was never finished: its metadata has no end' },
    ])
    expect(proposeBackup(backups, 'shop', ['1'], 'monday').backup?.name).toBe('monday')
    expect(proposeBackup(backups, 'shop', ['1', '2', '3']).passedOver[0]).toEqual({
      name: 'thursday',
      why: 'it was taken before migration 3, which is wanted',
    })
    expect(ageOf({ begunAt: '2026-11-24T02:00:00Z', finishedAt: null }, '2026-11-24T23:10:00Z')).toBe('21 h')
    expect(aboutInsertedSince({ tables: [{ name: 'orders', rows: null, nextId: 61 }] }, { orders: 100 }, null)).toBe(39)
  })
})

describe('the tables that change places', () => {
  const ties = [
    { child: 'items', parent: 'orders' },
    { child: 'orders', parent: 'customers' },
    { child: 'customers', parent: 'customers' },
    { child: 'notes', parent: 'pages' },
  ]
  test('are all that foreign keys tie together, and nothing else', () => {
    expect(closureOf(['orders'], ties)).toEqual(['customers', 'items', 'orders'])
    expect(parentsFirst(['items', 'orders', 'customers'], ties)).toEqual(['customers', 'orders', 'items'])
  })
  test('go through schemas whose names a server takes, whatever the run and the schema are called', () => {
    expect(sidesOf('INC-1', 'shop')).toEqual({ side: '_astern_INC_1_shop', old: '_astern_INC_1_shop_old' })
    const long = sidesOf('r'.repeat(40), 's'.repeat(60))
    expect([long.side.length, long.old.length]).toEqual([60, 64])
    expect(sidesOf('r'.repeat(40), `${'s'.repeat(59)}t`).side).not.toBe(long.side)
  })
})

function amissOf(backups: readonly Backup[]): readonly (readonly [string, string | null])[] {
  return backups.map(({ name, amiss }) => [name, amiss] as const).sort(([a], [b]) => a.localeCompare(b))
}

const orders = 'INSERT INTO `orders` VALUES\n(1,2),\n(2,2);\n'

type Given = {
  day?: string
  versions?: readonly string[]
  metadata?: string
  metadataName?: string
  /** Null: left out. */
  files?: Readonly<Record<string, string | Buffer | null>>
}

function directory(name: string, given: Given): void {
  const { day = '2026-11-24', versions = ['1'], files = {} } = given
  const { metadata = whenOf(day), metadataName = 'metadata' } = given
  mkdirSync(join(dir, name))
  const all: Record<string, string | Buffer | null> = {
    [metadataName]: metadata,
    'shop-schema-create.sql': 'CREATE DATABASE `shop`;\n',
    'shop.orders-schema.sql':
      'CREATE TABLE `orders` (\n`id` int) ENGINE=InnoDB AUTO_INCREMENT=61 DEFAULT CHARSET=utf8mb4;\n',
    'shop.orders.sql': orders,
    'shop.totals-schema.sql': 'CREATE TABLE `totals` (`x` int);\n',
    'shop.totals-schema-view.sql': 'CREATE VIEW `totals` AS select 1;\n',
    'shop.schema_migrations-schema.sql': 'CREATE TABLE `schema_migrations` (\n`version` varchar(128));\n',
    'shop.schema_migrations.sql': `INSERT INTO \`schema_migrations\` VALUES\n${versions.map(one => `("${one}")`).join(',\n')};\n`,
    ...files,
  }
  for (const [file, content] of Object.entries(all)) if (content !== null) writeFileSync(join(dir, name, file), content)
}

function whenOf(day: string): string {
  return `Started dump at: ${day} 02:00:00\nSHOW MASTER STATUS:\n\tLog: binlog.000007\n\tPos: 4427\n\tGTID:0-1-19\n\nFinished dump at: ${day} 02:05:00\n`
}

function dump(day: string): string {
  return [
    '/*M!999999\\- enable the sandbox mode */ ',
    '-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)',
    '--',
    '-- Host: localhost    Database: shop',
    '-- ------------------------------------------------------',
    "-- CHANGE MASTER TO MASTER_LOG_FILE='binlog.000001', MASTER_LOG_POS=4427;",
    'CREATE TABLE `orders` (',
    '  `id` int(11) NOT NULL AUTO_INCREMENT',
    ') ENGINE=InnoDB AUTO_INCREMENT=61 DEFAULT CHARSET=utf8mb4;',
    'INSERT INTO `orders` VALUES',
    '(1,2);',
    'CREATE TABLE `schema_migrations` (',
    '  `version` varchar(128)',
    ') ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;',
    'INSERT INTO `schema_migrations` VALUES',
    "('1'),",
    "('2');",
    `-- Dump completed on ${day}  3:00:00`,
    '',
  ].join('\n')
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}
