import { setTimeout as sleep } from 'node:timers/promises'
import { dirname } from 'node:path'
import type { Fault } from '../../../../state/fault.ts'
import { processIdOf } from '../../../process-id.ts'
import { readKept } from '../files.ts'
import type { Kept } from '../kept.ts'
import { inTurn, prepareThere, removeKept, replaceKept, sayThere } from './files.ts'
import type { HandMeans, Hands } from '../hand.ts'
import { handsFor } from './hands.ts'
import { guarded, notBegun, takenBack } from './words.ts'

const againMs = 1_000
/** What cannot be taken away so long after its time is left to whoever finds its file. */
const giveUpMs = 10 * 60_000

export type Keeper = {
  readonly path: string
  readonly means: HandMeans
  /** Aborted: take it away now. */
  readonly told: AbortSignal
  /** Null: it is there. Said once. */
  readonly ready: (fault: Fault | null) => void
}

/** One fault from its beginning to its end, by a process that outlives whoever wanted it. */
export async function keep({ path, means, told, ready }: Keeper): Promise<void> {
  const kept = await claim(path)
  if ('code' in kept) return ready(kept)
  const hands = handsFor(kept.task, means)
  const until = Date.parse(kept.expiresAt)
  const fault = await guarded(kept.injected, hands.put)
  if (fault === null) await sayThere(path)
  else {
    const left = await guarded(kept.injected, hands.takeBack)
    if (left === null) {
      await removeKept(path)
      return ready(fault)
    }
  }
  ready(fault)
  if (fault === null) await held(hands, until - means.now().getTime(), told)
  await takeAway(path, kept, hands, until + giveUpMs, means.now)
}

/** Its own from here on; or why not. */
async function claim(path: string): Promise<Kept | Fault> {
  const keeper = processIdOf(process.pid)
  if (keeper === null) throw new Error('this process is not shown in /proc')
  const claimed = await inTurn(dirname(path), async () => {
    const read = await readKept(path)
    if (!read.ok) return read.fault
    if (read.value === null) return takenBack(path)
    const own = { ...read.value, keeper, there: false }
    await replaceKept(path, own)
    await prepareThere(path, own)
    return own
  })
  return claimed === 'busy' ? notBegun(path) : claimed
}

/** By a clock that nobody sets, until its time or until it is told. */
async function held(hands: Hands, forMs: number, told: AbortSignal): Promise<void> {
  const over = new AbortController()
  const ending = AbortSignal.any([told, over.signal])
  const holding = hands.hold?.(ending).catch(() => undefined)
  await sleep(Math.max(0, forMs), undefined, { signal: told }).catch(() => undefined)
  over.abort()
  await holding
}

async function takeAway(path: string, kept: Kept, hands: Hands, giveUpAt: number, now: () => Date): Promise<void> {
  for (;;) {
    const fault = await guarded(kept.injected, async () => {
      const left = await hands.takeBack()
      if (left === null) await removeKept(path)
      return left
    })
    if (fault === null || now().getTime() >= giveUpAt) return
    await sleep(againMs)
  }
}
