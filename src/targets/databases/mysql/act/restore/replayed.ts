import type { BinlogPlace } from '../../../../../state/binlog/place.ts'
import type { RestoreCommand } from '../../../../../state/restore-command.ts'
import type { RunContext } from '../../../../permit.ts'
import { replays } from '../../../names.ts'
import { quoteName } from '../../names.ts'
import { within, type Sides } from '../../restore/sides.ts'
import type { Session } from '../../session.ts'
import { Refused } from '../../trouble.ts'
import { inTransaction } from '../transaction.ts'
import type { Work } from './work.ts'

type Replay = Extract<RestoreCommand, { kind: 'database.replay' }>

/** Null: nothing was begun. Whoever was at it before and has not heard of its end yet is waited for: the row is theirs until then. */
export async function replayedTo(session: Session, { run }: RunContext): Promise<BinlogPlace | null> {
  return inTransaction(session, async () => {
    const [row] = await session.rows(`SELECT file, pos FROM ${quoteName(replays)} WHERE run = ? FOR UPDATE`, run)
    return row === undefined ? null : { file: String(row['file']), offset: Number(row['pos']) }
  })
}

export async function beginReplay({ session, context, config }: Work, side: string, command: Replay): Promise<void> {
  const counts = await countsIn(session, side, command)
  await session.run(
    `INSERT INTO ${quoteName(replays)} (run, file, pos, counts, at) VALUES (?, ?, ?, ?, ?)`,
    context.run,
    command.from.file,
    command.from.offset,
    JSON.stringify(counts),
    config.now().toISOString(),
  )
}

/** In the transaction of what was replayed. Two at once would replay rows twice: one of them does not find the place it began at. */
export async function moveOn(session: Session, { run }: RunContext, from: BinlogPlace, to: BinlogPlace): Promise<void> {
  const moved = await session.run(
    `UPDATE ${quoteName(replays)} SET file = ?, pos = ? WHERE run = ? AND file = ? AND pos = ?`,
    to.file,
    to.offset,
    run,
    from.file,
    from.offset,
  )
  if (moved !== 1) throw new Refused(0, `the replay is not at ${from.file}:${from.offset} any more: another is at it`)
}

/** As many rows as there were, and what came and went: wherever foreign keys take none along by themselves. */
export async function rowsAmiss(
  { session, context }: Work,
  { side }: Sides,
  command: Replay,
): Promise<readonly string[]> {
  const [row] = await session.rows(`SELECT counts FROM ${quoteName(replays)} WHERE run = ?`, context.run)
  const before = JSON.parse(String(row?.['counts'] ?? '{}')) as Readonly<Record<string, number>>
  const now = await countsIn(session, side, command)
  const taken = await session.rows(
    "SELECT DISTINCT table_name AS name FROM information_schema.referential_constraints WHERE constraint_schema = ? AND delete_rule = 'CASCADE'",
    side,
  )
  const along = new Set(taken.map(({ name }) => String(name)))
  return command.tables.flatMap(({ name, more }) => {
    const wanted = (before[name] ?? 0) + more
    return along.has(name) || now[name] === wanted
      ? []
      : [`rows of ${name} after the replay: expected ${wanted}, got ${now[name] ?? 0}`]
  })
}

async function countsIn(session: Session, side: string, { tables }: Replay): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const [row] = await session.rows(`SELECT COUNT(*) AS n FROM ${within(side, name)}`)
    counts[name] = Number(row?.['n'])
  }
  return counts
}
