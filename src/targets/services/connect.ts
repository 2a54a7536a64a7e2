import { setTimeout as sleep } from 'node:timers/promises'
import type { TryCommand } from '../../state/command.ts'
import type { Fault } from '../../state/fault.ts'
import type { Connect } from '../../state/manifest.ts'
import { oneLine } from '../../state/text.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import type { Health } from './port.ts'

type Command = Extract<TryCommand, { kind: 'service.connect' }>

/** A name may be known a moment after its container is healthy. */
const tries = 5

export type ConnectMeans = {
  /** What `{host}` stands for. */
  readonly address: string
  readonly pauseMs: number
  /** One question, from where the service runs. */
  readonly ask: (to: Connect) => Promise<Health>
}

/** Does a started service reach what it depends on, each in turn? */
export async function connectAll(
  { service, host, to }: Command,
  { address, pauseMs, ask }: ConnectMeans,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<Outcome> {
  for (const each of to) {
    const asked = { argv: each.argv.map(arg => arg.replaceAll('{host}', address)) }
    const words = wordsOf(asked)
    let answer: Health = { state: 'unknown', latencyMs: null, note: 'its deadline passed' }
    for (let turn = 1; turn <= tries && answer.state !== 'healthy' && !signal.aborted; turn += 1) {
      if (turn > 1) await sleep(pauseMs, undefined, { signal }).catch(() => {})
      answer = await ask(asked)
      evidence(`${words}: ${answer.note}`)
    }
    const { state, note } = answer
    if (state === 'unknown') return { ok: false, fault: notAsked(service, host, words, note), observed: null }
    if (state !== 'healthy') return { ok: false, fault: notReached(service, host, words, note), observed: null }
  }
  return {
    ok: true,
    observed: null,
    says: `${service} on ${host} reaches what it depends on, by ${to.map(wordsOf).join(', ')}`,
  }
}

function wordsOf({ argv }: Connect): string {
  return oneLine(argv.join(' '), 60)
}

function notReached(service: string, host: string, words: string, note: string): Fault {
  return {
    code: 'service.not-connected',
    what: `${service} on ${host} does not reach what it depends on: inside it, ${words}: ${note}`,
    means: 'It runs and is healthy by its own word; what it is for may not work.',
    next: 'Look at its networks and at what it should reach. Then retry, skip with a reason, or undo.',
  }
}

function notAsked(service: string, host: string, words: string, note: string): Fault {
  return {
    code: 'service.not-asked',
    what: `Whether ${service} on ${host} reaches what it depends on could not be asked: inside it, ${words}: ${note}`,
    means: 'It runs and is healthy by its own word; what it is for may or may not work.',
    next: `Ask by hand, inside a container of ${service}. Then retry, skip with a reason, or undo.`,
  }
}
