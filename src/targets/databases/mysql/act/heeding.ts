import { setTimeout as sleep } from 'node:timers/promises'
import { seenWords, type Blocked } from '../../../../state/blocked.ts'
import type { Evidence } from '../../../outcome.ts'
import type { Query } from '../../query.ts'
import { mayHaveHeld, waitsFor } from '../blockers.ts'
import type { MysqlConfig } from '../config.ts'
import type { Session } from '../session.ts'
import { HeldUp, LinkLost, lockWait, Refused } from '../trouble.ts'

/**
 * While `work` goes on in its session, another one looks once a second whether it waits for others, and for whom: afterwards the
 * server does not tell. Whoever was seen last goes with the refusal.
 */
export async function heeding<T>(
  config: MysqlConfig,
  look: Query,
  session: Session,
  evidence: Evidence,
  work: () => Promise<T>,
): Promise<T> {
  const [me] = await session.rows('SELECT CONNECTION_ID() AS id')
  const waiter = Number(me?.['id'])
  config.say?.({ session: waiter })
  const over = new AbortController()
  let last: Blocked | null = null
  const watching = watch(config, over.signal, async () => {
    const seen = await waitsFor(look, config, waiter)
    if (seen === null) return
    const isNew = namesOf(seen) !== namesOf(last)
    last = seen
    if (isNew) evidence(`waits for ${seen.sessions.map(seenWords).join('; ') || 'nobody this account may see'}`)
  })
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refused) || error.errno !== lockWait) throw error
    const seen = last ?? (await mayHaveHeld(look, config, waiter).catch(nobody))
    throw new HeldUp(error, seen)
  } finally {
    over.abort()
    await watching
  }
}

async function watch(
  { lockWaitSeconds = 10 }: MysqlConfig,
  signal: AbortSignal,
  turn: () => Promise<void>,
): Promise<void> {
  const everyMs = Math.min(1000, lockWaitSeconds * 400)
  for (;;) {
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    await turn().catch(nobody)
  }
}

/** Who holds things up is told where it can be; that it cannot keeps nobody from working. */
function nobody(error: unknown): Blocked {
  if (error instanceof Refused || error instanceof LinkLost) return { sessions: [] }
  throw error
}

function namesOf(blocked: Blocked | null): string {
  return blocked?.sessions.map(({ id, transaction }) => `${id} ${transaction ?? ''}`).join() ?? ''
}
