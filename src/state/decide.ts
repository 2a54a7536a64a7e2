import { answer } from './answers.ts'
import { gateOf } from './gates.ts'
import { helmRefusal } from './helm.ts'
import type { Ask, Asker, Decided, Intent, Means, Refusal } from './intent.ts'
import type { RunState } from './run-state.ts'

/**
 * What an intent leads to, or why it is refused. Seen twice: nothing more happens and no refusal. Decided on an older
 * state of its gate, or under an older helm: refused.
 */
export function decide(state: RunState, intent: Intent, asker: Asker, means: Means): Decided {
  if (state.intents.includes(intent.id)) return { ok: true, events: [] }
  const refusal = refusalOf(state, intent.ask, asker, means.now) ?? stale(state, intent)
  if (refusal !== null) return { ok: false, refusal }
  const answered = answer(state, intent.ask, asker, means)
  if (!answered.ok) return answered
  return { ok: true, events: [{ kind: 'intent.taken', id: intent.id, ask: intent.ask.kind }, ...answered.events] }
}

/** Why this ask would be refused now, or null. The sentence that greys a key is this one. */
export function refusalOf(state: RunState, ask: Ask, asker: Asker, now: string): Refusal | null {
  if (state.run === null) return refuse('not open', 'The run is not open yet.')
  if (state.closed !== null) return refuse('closed', `The run is closed (${state.closed.outcome}).`)
  if (state.closing !== null) return refuse('closing', 'The run is closing.')
  if (ask.kind === 'approve as second') return gateRefusal(state, ask) ?? secondRefusal(state, asker)
  return helmRefusal(state, ask, asker, now) ?? gateRefusal(state, ask)
}

export function refuse(code: string, reason: string): Refusal {
  return { code, reason }
}

/** The helm is not needed: whoever approves as the second only looks otherwise. */
function secondRefusal({ plan }: RunState, { uid, name }: Asker): Refusal | null {
  return uid === undefined || plan?.signed?.uid === uid
    ? refuse('same person', `${name} approved this plan already. A second person approves it, from another account.`)
    : null
}

const gateFor: Readonly<Partial<Record<Ask['kind'], readonly string[]>>> = {
  decide: ['decide'],
  approve: ['approve'],
  'approve as second': ['second person'],
  'plan again': ['plan failed', 'approve', 'second person'],
  rehearse: ['approve'],
  retry: ['failure', 'unknown'],
  skip: ['failure', 'unknown'],
  'check again': ['validate'],
  'accept validation': ['validate'],
  'add lessons': ['follow up'],
  'call off': ['follow up'],
  'answer proposal': ['follow up'],
  close: ['follow up'],
  resume: ['held'],
}

const waitsFor: Readonly<Record<string, string>> = {
  decide: 'The run is not waiting for a decision.',
  approve: 'No plan is waiting for approval.',
  'approve as second': 'No plan is waiting for a second person.',
  'plan again': 'No plan is waiting to be made again.',
  rehearse: 'A plan is rehearsed while it waits for approval.',
  retry: 'No step has failed or is in doubt.',
  skip: 'No step has failed or is in doubt.',
  'check again': 'The checks can be run again once they have ended, in phase 5.',
  'accept validation': 'There is nothing to accept yet: the checks after the rollback have not ended.',
  'add lessons': 'Lessons are written in phase 6.',
  'call off': 'A post-mortem is called off in phase 6; afterwards with astern review.',
  'answer proposal': 'Changes to astern.yaml are proposed in phase 6.',
  close: 'The run can be closed in phase 6.',
  resume: 'The run is not held.',
}

function gateRefusal(state: RunState, ask: Ask): Refusal | null {
  const kinds = gateFor[ask.kind]
  if (kinds === undefined) return null
  const gate = gateOf(state)
  return gate !== null && kinds.includes(gate.kind) ? null : refuse('gate', waitsFor[ask.kind] ?? 'Not now.')
}

/** An intent that names a gate was decided on what its sender had seen of that gate. */
function stale(state: RunState, intent: Intent): Refusal | null {
  const gate = gateOf(state)
  const needsGate = gateFor[intent.ask.kind] !== undefined
  if (!needsGate && intent.gate === null) return null
  if (gate === null || gate.id !== intent.gate || intent.seenSeq < gate.since) {
    return refuse('stale', 'The run has moved on since you looked. Nothing was done; look again and decide anew.')
  }
  return null
}
