import type { FlashbackCommand } from '../../../../../state/flashback-command.ts'
import { hasChecksums } from '../../binlog/bytes.ts'
import { OwnHash, ownEvents, type Own } from '../../binlog/own.ts'
import { reversed } from '../../binlog/reverse.ts'
import { readBinlog } from '../../binlog/source.ts'
import { BinlogUnread } from '../../binlog/unread.ts'
import type { MysqlConfig } from '../../config.ts'

/** Events of one statement, in the order in which they are to be applied. */
export type Statement = { readonly events: readonly Buffer[]; readonly description: Buffer }

/** More than this is no accident of a few minutes any more, and is not held in memory. */
const mostBytes = 256 << 20

/** All statements of a stretch, in the order in which they are to be applied: of what is taken back, the last first. */
export async function statementsOf(config: MysqlConfig, command: FlashbackCommand): Promise<readonly Statement[]> {
  const { files, from, until, tables, direction, sha256 } = command
  const own: Own = { schema: config.database.database, tables: new Set(tables) }
  const hash = new OwnHash(own)
  const found: Statement[] = []
  let description: Buffer | null = null
  let bytes = 0
  for await (const said of readBinlog(config, { files, from, until }, { program: 'mariadb-binlog' })) {
    if ('description' in said) {
      description = said.description
      continue
    }
    const events = ownEvents(said.events, own)
    hash.take(said)
    if (events.length === 0 || description === null) continue
    bytes += events.reduce((sum, event) => sum + event.length, 0)
    if (bytes > mostBytes) throw new BinlogUnread('it is more than 256 MB of rows: take back less at a time')
    found.push({ events, description })
  }
  if (hash.now() !== sha256) throw new BinlogUnread('it is another than the plan was made of')
  if (direction === 'forth') return found
  return found.toReversed().map(one => ({ ...one, events: reversed(one.events, hasChecksums(one.description)) }))
}
