import { seenWords } from '../../../state/blocked.ts'
import type { DatabaseCommand } from '../../../state/command.ts'
import type { Probed } from '../../../state/facts.ts'
import type { RunContext } from '../../permit.ts'
import { judgeMark } from '../drill-mark.ts'
import { markOf } from '../names.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'
import { probeFence, probeUnfence } from './fenced.ts'
import { drillSight } from './drill.ts'
import { findMark } from './marks.ts'
import { probeProgram } from './program.ts'
import { isSame, seenNow } from './blockers.ts'
import { fingerprintNow } from './seen.ts'
import { waitOut } from './tag.ts'

/** Our own statement is waited out first; then its marker, or the schema, says on which side of it the database is. */
export async function probe(
  query: Query,
  config: MysqlConfig,
  command: DatabaseCommand,
  context: RunContext,
): Promise<Probed> {
  if (command.kind === 'database.fence') return probeFence(query, config, command, context)
  if (command.kind === 'database.unfence') return probeUnfence(query, config, context)
  if (command.kind === 'database.mark')
    return judgeMark({ ok: true, value: await drillSight(query, config) }, command, context.environment)
  if (command.kind === 'database.end') return probeEnd(query, config, command)
  if (command.kind === 'database.program') return probeProgram(query, config, command, context)
  const mark = markOf(command)
  await waitOut(query, context, mark)
  const found = await findMark(query, config, context, mark)
  if (found === null) return { verdict: 'not yet', observed: null, says: `no marker of "${mark}"` }
  if (found.done)
    return { verdict: 'holds', observed: { committedAt: found.at }, says: `"${mark}" was committed at ${found.at}` }
  const changed = (await fingerprintNow(query, config)) !== found.before
  return {
    verdict: 'not yet',
    observed: { begunAt: found.at, changed },
    says: changed
      ? `"${mark}" has changed the schema, and its marker is open yet`
      : `"${mark}" was begun at ${found.at}, and the schema is as before it`,
  }
}

async function probeEnd(
  query: Query,
  config: MysqlConfig,
  { sessions }: Extract<DatabaseCommand, { kind: 'database.end' }>,
): Promise<Probed> {
  const now = await seenNow(query, config)
  const there = sessions.filter(seen => now.some(one => isSame(seen, one)))
  return there.length === 0
    ? { verdict: 'holds', observed: null, says: 'they are gone, or have gone on, by themselves' }
    : { verdict: 'not yet', observed: null, says: `still there: ${there.map(seenWords).join('; ')}` }
}
