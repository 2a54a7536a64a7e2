import { checklist } from '../../state/checklist.ts'
import { gateOf } from '../../state/gates.ts'
import { lostMessages } from '../../state/house-steps.ts'
import type { Ask } from '../../state/intent.ts'
import type { RunState } from '../../state/run-state.ts'
import { targetsOf } from '../../state/targets.ts'
import { primaryOf } from '../view/primary.ts'

/** What the next action would ask for, filled in well enough for a refusal to be known before it is asked. */
export function nextAsk(run: RunState): Ask | null {
  const gate = gateOf(run)
  if (gate === null) return null
  switch (gate.kind) {
    case 'decide': {
      const decision = {
        severity: 'SEV-3',
        choice: 'nothing',
        reason: 'why',
        scope: '',
        impact: '',
        turnBackAt: null,
      } as const
      return { kind: 'decide', decision }
    }
    case 'approve':
      return primaryOf(run)?.dialog === 'approve' ? approval(run, gate.hash) : { kind: 'plan again' }
    case 'second person':
    case 'plan failed':
      return { kind: 'plan again' }
    case 'failure':
    case 'unknown':
      return { kind: 'retry', step: gate.step }
    case 'held':
      return { kind: 'resume' }
    case 'nobody at the helm':
      return { kind: 'take the helm', reason: 'why' }
    case 'validate':
      return { kind: 'accept validation', reason: 'why' }
    case 'follow up':
      return { kind: 'note', text: 'a note' }
  }
}

/** With every name typed, so that what is left to refuse it is the plan itself. */
export function approval(run: RunState, hash: string): Ask {
  const typed = run.plan?.plan.typed
  return {
    kind: 'approve',
    hash,
    typed: [typed?.environment ?? '', ...(typed?.databases ?? [])],
    unattendedUntil: null,
  }
}

export function againAsk(run: RunState): Ask {
  return run.plan?.approved == null ? { kind: 'plan again' } : { kind: 'check again' }
}

export function otherConfiguration({ plan }: RunState): Extract<Ask, { kind: 'plan again' }> {
  const taken = plan?.plan.options.configuration ?? 'today'
  return { kind: 'plan again', configuration: taken === 'today' ? 'recorded' : 'today' }
}

export function otherWay({ plan }: RunState): Extract<Ask, { kind: 'plan again' }> {
  return { kind: 'plan again', restore: plan?.plan.options.restore === undefined ? 'newest' : 'none' }
}

export function messageAsk(): Ask {
  return { kind: 'edit the message', subject: 'a', text: 'b' }
}

export function sendAgainAsk(run: RunState): Ask {
  return { kind: 'send again', message: lostMessages(run)[0] ?? '' }
}

export function undoAsk(): Ask {
  return { kind: 'undo', step: null }
}

export function stopAsk(): Ask {
  return { kind: 'stop', reason: 'why' }
}

export function lessonsAsk(run: RunState): Ask {
  return { kind: 'add lessons', lessons: '', owner: 'who', reviewAt: farOff(run) }
}

export function proposalAsk({ learnt, answered }: RunState): Ask {
  const id = learnt?.proposals.find(one => answered[one.id]?.written?.ok !== true)?.id ?? ''
  return { kind: 'answer proposal', id, answer: 'not now', reason: '' }
}

export function otherReplay({ plan }: RunState): Extract<Ask, { kind: 'plan again' }> {
  return { kind: 'plan again', replay: plan?.plan.options.restore?.replay === undefined ? 'all' : 'none' }
}

/** While somebody asks for it there is something to answer, or to wait for. */
export function helmAsk({ helm }: RunState): Ask | null {
  return helm.asked === undefined ? { kind: 'take the helm', reason: 'why' } : null
}

export function signAsk(run: RunState): Ask {
  const item = checklist(run).find(({ state }) => state === 'open' || state === 'red')
  return { kind: 'sign off', item: item?.id ?? 'rollback', reason: 'why' }
}

function farOff(run: RunState): string {
  return `${Number(run.at.slice(0, 4)) + 1}-01-01T10:00:00Z`
}

/** Any other release a plan can be made for; where there is none, one it cannot, so that the refusal says so. */
export function anotherTarget(run: RunState): Extract<Ask, { kind: 'plan again' }> {
  const others = targetsOf(run).filter(({ target }) => !target)
  const free = others.find(({ cannot }) => cannot === null) ?? others[0]
  return { kind: 'plan again', version: free?.version ?? '' }
}
