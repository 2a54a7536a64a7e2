import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { copiesOf } from '../../../src/targets/databases/mysql/binlog/copies.ts'
import { BinlogUnread } from '../../../src/targets/databases/mysql/binlog/unread.ts'
import type { MysqlConfig } from '../../../src/targets/databases/mysql/config.ts'
import { walkBinlog } from '../../../src/targets/databases/mysql/binlog/walk.ts'

const [format, rotate] = [15, 4]

/** An event as a server writes it: head, body, and what comes after the body. */
function event(type: number, body: Buffer, after: Buffer): Buffer {
  const head = Buffer.alloc(19)
  head.writeUInt8(type, 4)
  head.writeUInt32LE(19 + body.length + after.length, 9)
  return Buffer.concat([head, body, after])
}

/** A file that goes on to binlog.000003; `checksums`: by the server's word at its beginning. */
function file(checksums: boolean, checksum: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'astern-binlog-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const begins = event(format, Buffer.from([0, 0, checksums ? 1 : 0]), Buffer.from('abcd'))
  const next = Buffer.concat([Buffer.alloc(8), Buffer.from('binlog.000003')])
  const ends = event(rotate, next, Buffer.from(checksums ? checksum : ''))
  const path = join(directory, 'binlog.000002')
  writeFileSync(path, Buffer.concat([Buffer.from([0xfe, 0x62, 0x69, 0x6e]), begins, ends]))
  return path
}

test.each([
  ['looks like no name', true, '\u0001\u0002\u0003\u0004'],
  ['looks like more digits of it', true, '7777'],
  ['is not there', false, ''],
])('a binlog names the next file the same where the checksum after it %s', async (_, checksums, checksum) => {
  expect((await walkBinlog(file(checksums, checksum))).next).toBe('binlog.000003')
})

test('a copy that cannot be read is told of as such, by its path, and is no bug of Astern', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'astern-binlog-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, 'binlog.000001')
  mkdirSync(path)
  await expect(walkBinlog(path)).rejects.toThrow(new BinlogUnread(`the copy ${path} cannot be read (EISDIR)`))
  rmSync(path, { recursive: true })
  symlinkSync(join(dir, 'gone'), path)
  await expect(walkBinlog(path)).rejects.toThrow(new BinlogUnread(`the copy ${path} cannot be read (ENOENT)`))
  const config = { database: { binlogs: { dir } } } as unknown as MysqlConfig
  const server = { files: [{ name: 'binlog.000002', bytes: 4 }] }
  await expect(copiesOf(config, server)).rejects.toThrow(new BinlogUnread(`the copy ${path} cannot be read (ENOENT)`))
})

test('so is one whose events are shorter than what they are said to hold', async () => {
  const path = file(true, '7777')
  const gtid = event(162, Buffer.alloc(4), Buffer.from('abcd'))
  writeFileSync(path, Buffer.concat([Buffer.from([0xfe, 0x62, 0x69, 0x6e]), gtid]))
  await expect(walkBinlog(path)).rejects.toThrow(BinlogUnread)
})
