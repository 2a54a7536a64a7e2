import { setTimeout as sleep } from 'node:timers/promises'
import type { SwarmHost } from '../../../state/manifest.ts'
import { openEngine, type Answer, type Engine } from '../docker/engine.ts'
import { nobodyAnswers, otherSwarm } from './manager-faults.ts'

/** A Swarm by all of its managers that are named. */
export type Managers = {
  /** Goes through whichever of them answers. */
  readonly engine: Engine
  /** Each by itself: containers and volumes are an Engine's own, and not the Swarm's. */
  readonly all: readonly Engine[]
  /** What `{host}` stands for: the address of the one that is asked. */
  readonly address: () => string
}

type Manager = { readonly engine: Engine; readonly address: string }

/** While others can be asked, one that is silent is not waited for longer. */
const silentMs = 5_000

/** While managers choose a leader anew all of them are silent; ten seconds were seen. */
const aroundMs = 30_000
const pauseMs = 250

export function openManagers(
  host: string,
  { endpoint, address, others = [] }: SwarmHost,
  hide?: Engine['hide'],
): Managers {
  if (others.length === 0) {
    const engine = openEngine(host, endpoint, hide)
    return { engine, all: [engine], address: () => address }
  }
  const named = [{ endpoint, address }, ...others]
  return anyOf(
    host,
    named.map((one, index) => ({
      engine: openEngine(`${host} (${labelOf(one, named, index)})`, one.endpoint, hide),
      address: one.address,
    })),
  )
}

type Named = Pick<SwarmHost, 'endpoint' | 'address'>

/** Its address; where several are behind one, as with sockets, its place in the list too. */
function labelOf({ address }: Named, named: readonly Named[], index: number): string {
  const same = named.filter(other => other.address === address).length
  return same === 1 ? address : `${address}, manager ${index + 1}`
}

/**
 * Whoever answered last is asked first. Where it is silent, or says that it is no manager, the next one is asked the same,
 * changes too: a Swarm's are compare-and-swaps and creations by a unique name, so that what arrives twice counts once
 * (ADR 26).
 */
function anyOf(host: string, all: readonly Manager[]): Managers {
  let asked = 0
  const now = (): Manager => all[asked] as Manager
  const check = sameSwarm(host)
  const call: Engine['call'] = async (what, ask, deadlineMs = aroundMs) => {
    const until = performance.now() + deadlineMs
    const onceMs = Math.min(silentMs, deadlineMs / all.length)
    const failed = new Map<Manager, Answer<never>>()
    for (;;) {
      const manager = now()
      const other = await check(manager.engine, onceMs)
      const answer = other ?? (await manager.engine.call(what, ask, onceMs))
      if (answer.ok || (answer.status !== null && answer.status !== 503)) return answer
      failed.set(manager, answer)
      if (now() === manager) asked = (asked + 1) % all.length
      const answers = [...failed.values()]
      const isOver = performance.now() + pauseMs >= until
      const nobodyIs = answers.length === all.length && answers.every(({ status }) => status !== null)
      if (isOver || nobodyIs) return together(host, what, answers)
      if (answers.length === all.length) await sleep(pauseMs)
    }
  }
  return {
    engine: {
      host,
      hide: secret => all.forEach(({ engine }) => engine.hide(secret)),
      call,
      read: (_, what, ask) => call(what, ask),
      knock: async () => {
        const heard = await Promise.all(all.map(({ engine }) => engine.knock()))
        return heard.includes(true) || (heard.includes(null) ? null : false)
      },
      freeAt: directory => now().engine.freeAt(directory),
      answeredAt: () => Math.max(...all.map(({ engine }) => engine.answeredAt())),
      close: async () => {
        await Promise.all(all.map(({ engine }) => engine.close()))
      },
    },
    all: all.map(({ engine }) => engine),
    address: () => now().address,
  }
}

/** Managers of two Swarms in one list: going on through the other would change what nobody planned. */
function sameSwarm(host: string): (engine: Engine, deadlineMs: number) => Promise<Answer<never> | null> {
  const known = new Map<Engine, string>()
  return async (engine, deadlineMs) => {
    if (!known.has(engine)) {
      const looked = await engine.call(
        'ask which Swarm it manages',
        docker => docker.swarmInspect() as Promise<{ readonly ID: string }>,
        deadlineMs,
      )
      if (!looked.ok) return looked
      known.set(engine, looked.value.ID)
    }
    const [first] = known.values()
    return known.get(engine) === first ? null : { ok: false, status: 503, fault: otherSwarm(host, engine.host) }
  }
}

/** None of them could say. `status` null where one was silent: what it was asked, it may have done. */
function together(host: string, what: string, answers: readonly Answer<never>[]): Answer<never> {
  const faults = answers.flatMap(answer => (answer.ok ? [] : [answer.fault]))
  const silent = answers.some(({ status }) => status === null)
  return { ok: false, status: silent ? null : 503, fault: nobodyAnswers(host, what, faults) }
}
