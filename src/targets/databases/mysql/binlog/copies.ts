import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { placeText } from '../../../../state/binlog/place.ts'
import type { BinlogAsked } from '../../port.ts'
import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import type { BinlogServer } from './server.ts'
import { readingOf } from './unread.ts'
import { gtidsIn, sameGtids, walkBinlog, type Gtids } from './walk.ts'

/** A file of the server's binlog that it has no more, and that lies on this machine. */
export type Copy = { readonly name: string; readonly path: string; readonly bytes: number }

/** Those from before the oldest that the server has, oldest first. */
export async function copiesOf(
  { database: { binlogs } }: MysqlConfig,
  { files }: Pick<BinlogServer, 'files'>,
): Promise<readonly Copy[]> {
  const [, base, oldest] = numbered.exec(files[0]?.name ?? '') ?? []
  if (binlogs === undefined || base === undefined) return []
  const names = await readingOf(`the directory of its copies, ${binlogs.dir},`, () => readdir(binlogs.dir))
  const older = names.flatMap(name => {
    const [, of, number] = numbered.exec(name) ?? []
    return of === base && Number(number) < Number(oldest) ? [{ name, number: Number(number) }] : []
  })
  return Promise.all(
    older
      .toSorted((a, b) => a.number - b.number)
      .map(async ({ name }) => {
        const path = join(binlogs.dir, name)
        const { size: bytes } = await readingOf(`the copy ${path}`, () => stat(path))
        return { name, path, bytes }
      }),
  )
}

/** `binlog.000012` */
const numbered = /^(.+)\.(\d+)$/

/**
 * That copies are of this very server's binlog, and whole: the backup's GTID stands where the backup says, each file begins with what the one
 * before it ended with, and the oldest that the server has with what the last of them ended with. Null: they are.
 */
export async function notOfServer(
  query: Query,
  { name, position }: BinlogAsked['backup'],
  copies: readonly Copy[],
  { program, files }: BinlogServer,
): Promise<string | null> {
  if (position === null) return null
  if (program !== 'mariadb-binlog')
    return 'copies of a binlog are proven by GTIDs of MariaDB, and its server is none: they are not used'
  if (position.gtid === null)
    return `${name} names no GTID, so that ${placeText(position)} is of this server's binlog is not proven`
  const server = files[0]?.name ?? ''
  let before: Gtids | null = null
  for (const [index, { path }] of copies.entries()) {
    const walked = await walkBinlog(path, index === 0 ? position.offset : null)
    const next = copies[index + 1]?.name ?? server
    if (index === 0 && (walked.there === null || !sameGtids(walked.there, gtidsIn(position.gtid))))
      return `${placeText(position)} of the copy is not at the GTID ${position.gtid} that ${name} was taken at: it is of another server`
    if (before !== null && !sameGtids(before, walked.begins))
      return `the copy ${path} does not begin where the one before it ends`
    if (!walked.stopped && walked.next !== next)
      return `the copy ${path} is not whole: it does not end by going on to ${next}`
    if (walked.next !== null && walked.next !== next)
      return `the copy ${path} goes on to ${walked.next}, and not to ${next}`
    before = walked.ends
  }
  const [row] = await query('SELECT BINLOG_GTID_POS(?, 4) AS gtid', server)
  const begins = row?.['gtid'] == null ? null : gtidsIn(String(row['gtid']))
  return before !== null && begins !== null && sameGtids(before, begins)
    ? null
    : `${server} of its server does not begin where the copies end: they are of another server`
}
