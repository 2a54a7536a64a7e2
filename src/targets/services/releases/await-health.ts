import type { TryCommand } from '../../../state/command.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import { awaitHealth as awaitLife, watchedFor } from '../await-health.ts'
import { placeOf, type ReleasesConfig } from './layout.ts'
import { lastWords, logSize } from './log.ts'
import { healthOf } from './look.ts'
import { runningAt } from './processes.ts'

type Command = Extract<TryCommand, { kind: 'service.health' }>

/** One process is one life. */
export async function awaitHealth(
  config: ReleasesConfig,
  command: Command,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Outcome> {
  const place = placeOf(config, command)
  const logFrom = await logSize(place)
  const watched = {
    name: place.name,
    log: place.log,
    release: command.release,
    proven: place.service.health !== null,
    timing: watchedFor(config.timing, command),
    health: () => healthOf(config, command),
    life: async () => {
      const running = await runningAt(place)
      if (running === null) return null
      const { pid, start, release } = running
      return { id: `${pid} ${start}`, called: `process ${pid}`, release, observed: { pid } }
    },
    lastWords: () => lastWords(place, logFrom),
  }
  return awaitLife(watched, evidence, signal)
}
