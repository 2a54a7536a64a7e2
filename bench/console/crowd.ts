import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { openSession, type Session } from '../../src/client/session.ts'
import { until } from '../../test/live/support.ts'
import { openFleet, type Fleet } from './fleet.ts'
import type { Budget } from './table.ts'
import { median, openTty, type Tty } from './tty.ts'

const watchers = 20
const deaf = 5
export const events = 10_000
/** How much longer something may take while everybody looks on. */
const worse = 1.25

type Figures = { readonly keys: number[]; readonly notes: number[] }

/**
 * Fifty hosts with twenty services each, ten thousand events in the journal: a key of the console, and what the engine takes
 * over an intent (asked, decided, written, answered), with twenty watchers of which five never read, and without, in turn.
 */
export async function measureCrowd(pairs: number): Promise<readonly Budget[]> {
  const fleet = await openFleet({ hosts: 50, services: 20, probeEvery: '10s' })
  const alone: Figures = { keys: [], notes: [] }
  const crowded: Figures = { keys: [], notes: [] }
  const session = atTheHelm(fleet)
  try {
    await filled(session)
    const tty = openTty(fleet.command('watch', fleet.run), { env: fleet.env })
    await tty.wrote('ecide what to do')
    for (let pair = 0; pair < pairs; pair += 1) {
      await measure(tty, session, alone)
      const leave = await crowd(fleet)
      await measure(tty, session, crowded)
      leave()
    }
    tty.close()
  } finally {
    session.close()
    await fleet.close()
  }
  return [
    compared('50 x 20: a key, with 20 watchers', crowded.keys, alone.keys),
    compared('50 x 20: an intent, with 20 watchers', crowded.notes, alone.notes),
  ]
}

export function compared(what: string, crowded: readonly number[], alone: readonly number[]): Budget {
  const [most, least] = [median(crowded), median(alone)]
  return {
    what,
    measured: `${most.toFixed(1)} ms`,
    budget: `${worse} x ${least.toFixed(1)} ms without`,
    kept: most <= worse * least,
  }
}

export function atTheHelm({ directory }: Pick<Fleet, 'directory'>): Session {
  const me = { name: 'bench', console: 'bench', from: 'bench' }
  return openSession({ directory, me, wants: 'helm', now: () => new Date() })
}

export async function filled(session: Session): Promise<void> {
  const { getState } = session.store
  await until(() => getState().connection.engine === 'live', 'the engine answers')
  await session.send({ kind: 'take the helm', reason: 'bench' }, null)
  await until(() => getState().run.helm.holder?.console === 'bench', 'the helm is taken')
  while (getState().run.seq < events)
    await Promise.all(Array.from({ length: 200 }, () => session.send({ kind: 'note', text: 'one of many' }, null)))
}

async function measure(tty: Tty, session: Session, { keys, notes }: Figures): Promise<void> {
  for (const key of ['s', 's', 'c', 'c', 'l', 'l']) keys.push((await tty.press(key)).ms)
  for (let turn = 0; turn < 15; turn += 1) {
    const began = performance.now()
    const refusal = await session.send({ kind: 'note', text: 'one more' }, null)
    if (refusal !== null) throw new Error(refusal.reason)
    notes.push(performance.now() - began)
  }
}

/** In a process of their own: what they read costs the one that measures nothing. */
export async function crowd({ directory }: Pick<Fleet, 'directory'>): Promise<() => void> {
  const script = join(import.meta.dirname, 'watchers.ts')
  const args = ['--disable-warning=ExperimentalWarning', script, directory, String(watchers), String(deaf)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return () => void child.kill('SIGKILL')
}
