import type { MarkDatabase } from '../../state/command.ts'
import { isMarked, readMark, type Sight } from '../../state/drill/mark.ts'
import type { Probed } from '../../state/facts.ts'
import type { Result } from '../../state/fault.ts'
import { drills } from './names.ts'
import type { Query } from './query.ts'

/** The one row of Astern's own table of it. */
export async function markIn(query: Query): Promise<Sight['mark']> {
  const [row] = await query(`SELECT mark FROM ${drills}`)
  return row === undefined ? null : readMark(String(row['mark']))
}

export function judgeMark(sight: Result<Sight>, command: MarkDatabase, environment: string): Probed {
  if (!sight.ok) return { verdict: 'unclear', observed: null, says: sight.fault.what }
  const is = isMarked(sight.value, { environment, class: command.class })
  const says = `${command.database} is ${is ? '' : 'not '}marked for drills of ${environment}`
  return { verdict: is ? 'holds' : 'not yet', observed: null, says }
}
