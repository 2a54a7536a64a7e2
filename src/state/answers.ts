import { endable } from './blocked.ts'
import { checklist, checklistDone } from './checklist.ts'
import type { RunEvent } from './event.ts'
import { helmEvent } from './helm.ts'
import { lostMessages } from './house-steps.ts'
import type { Ask, Asker, Decided, Means, Refusal } from './intent.ts'
import { blockedAt } from './ending.ts'
import { canonical } from './json.ts'
import { answerProposal, tellProposal } from './learning/answer.ts'
import { planHash, type Plan, type Step } from './plan.ts'
import { whyNoTarget } from './planner/candidates.ts'
import { planPutBack, whyNotPutBack } from './planner/put-back.ts'
import { planRevision, type RevisionInput } from './planner/revision.ts'
import { instanceOf } from './planner/steps.ts'
import type { RunState, StepState } from './run-state.ts'
import { wantsSecondPerson } from './second-person.ts'
import { isCalledOff } from './review.ts'
import { planSteps } from './steps.ts'
import { targetsOf } from './targets.ts'
import { isTime } from './times.ts'

/** The events an ask leads to, once nothing forbids it in general. */
export function answer(state: RunState, ask: Ask, asker: Asker, means: Means): Decided {
  switch (ask.kind) {
    case 'take the helm':
    case 'ask for the helm':
    case 'give the helm':
    case 'keep the helm':
    case 'leave the helm':
      return does(helmEvent(state, ask, asker))
    case 'decide':
      return decision(ask)
    case 'edit the message':
      if (state.plan?.approved != null) return refused('sent', 'The first message went out with the approval.')
      return does({ kind: 'message.edited', subject: ask.subject, text: ask.text })
    case 'approve':
      return approval(state, ask, means.now)
    case 'approve as second':
      return secondApproval(state, ask)
    case 'plan again':
      return planAgain(state, ask)
    case 'rehearse':
      return rehearseNow(state)
    case 'retry':
      return atStep(state, ask.step, { kind: 'step.retried', step: ask.step })
    case 'end sessions':
      return endSessions(state, ask)
    case 'send again':
      return sendAgain(state, ask.message)
    case 'skip':
      return skip(state, ask)
    case 'undo':
      return undo(state, ask.step, means)
    case 'hold':
      if (state.held !== null) return refused('held', 'The run is held already.')
      return does({ kind: 'held', reason: given(ask.reason, 'held by a person'), by: 'person' })
    case 'resume':
      return does({ kind: 'resumed' })
    case 'check again':
      return does({ kind: 'checks.started', suite: 'after' })
    case 'accept validation':
      return acceptance(state, ask.reason)
    case 'add lessons':
      return lessons(ask, means.now)
    case 'call off':
      return callOff(state, ask.reason)
    case 'answer proposal':
      return answerProposal(state, ask)
    case 'tell proposal':
      return tellProposal(state, ask)
    case 'sign off':
      return signOff(state, ask)
    case 'note':
      return ask.text.trim() === ''
        ? refused('empty', 'The note is empty.')
        : does({ kind: 'note.added', text: ask.text })
    case 'close':
      return close(state)
    case 'stop':
      return stop(state, ask.reason)
    case 'answer event':
    case 'take a hint':
    case 'fire':
    case 'hold inject':
    case 'observe':
    case 'done by hand':
    case 'halt':
      return refused('no drill', 'This is asked of the drill, and not of what is played in it.')
  }
}

function does(...events: RunEvent[]): Decided {
  return { ok: true, events }
}

function refused(code: string, reason: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { code, reason } }
}

function given(text: string, otherwise: string): string {
  return text.trim() === '' ? otherwise : text.trim()
}

function planAgain(
  state: RunState,
  { configuration, restore, replay, version }: Extract<Ask, { kind: 'plan again' }>,
): Decided {
  const event = { kind: 'plan.withdrawn', hash: state.plan?.hash ?? '' } as const
  if (version !== undefined) return otherTarget(state, { ...event, version })
  if (configuration !== undefined) return otherConfiguration(state, { ...event, configuration })
  if (replay !== undefined) return otherReplay(state, { ...event, replay })
  return restore === undefined ? does(event) : otherWay(state, { ...event, restore })
}

function rehearseNow({ plan, run, rehearsing }: RunState): Decided {
  const made = plan?.plan
  if (rehearsing === true) return refused('rehearsal', 'It is being rehearsed already.')
  if (made?.purpose.kind !== 'rollback' || made.migrations.length === 0)
    return refused('rehearsal', 'This plan reverses no migration: there is nothing to rehearse.')
  const databases = [...new Set(made.migrations.map(({ database }) => database))]
  const nowhere = databases.filter(name => run?.manifest.databases[name]?.rehearsal === undefined)
  return nowhere.length === 0
    ? does({ kind: 'rehearsal.asked', hash: plan?.hash ?? '' })
    : refused('rehearsal', `Nothing says where ${nowhere.join(', ')} may be rehearsed: rehearsal: in astern.yaml.`)
}

function otherWay({ plan }: RunState, event: Extract<RunEvent, { kind: 'plan.withdrawn' }>): Decided {
  const made = plan?.plan
  if (made?.purpose.kind !== 'rollback')
    return refused('restore', 'Whether a backup is restored can be chosen for a plan that rolls back.')
  return event.restore === 'newest' && (made.restorable ?? []).length === 0
    ? refused('restore', 'No backup is known that a database could be restored from: declare backups: in astern.yaml.')
    : does(event)
}

function otherReplay({ plan }: RunState, event: Extract<RunEvent, { kind: 'plan.withdrawn' }>): Decided {
  const made = plan?.plan
  if (made?.options.restore === undefined)
    return refused('replay', 'A binlog is replayed into a backup: choose to restore one first.')
  return event.replay === 'all' && (made.replayable ?? []).length === 0
    ? refused('replay', 'No binlog reaches from the backup to now; the warnings of the plan say why.')
    : does(event)
}

function otherTarget(state: RunState, event: Extract<RunEvent, { kind: 'plan.withdrawn' }>): Decided {
  if (state.run?.purpose.kind !== 'rollback')
    return refused('target', 'Another target can be chosen for a plan that rolls back.')
  const why = whyNoTarget(targetsOf(state), event.version ?? '')
  return why === null ? does(event) : refused('target', why)
}

function otherConfiguration({ plan, run }: RunState, event: Extract<RunEvent, { kind: 'plan.withdrawn' }>): Decided {
  const made = plan?.plan
  if (made?.purpose.kind !== 'rollback')
    return refused('configuration', 'Which configuration is taken can be chosen for a plan that rolls back.')
  const onDocker = made.changes.some(({ instance }) => {
    const [, host = ''] = instance.split('@')
    return run?.manifest.hosts[host]?.kind === 'docker'
  })
  if (!onDocker || (made.drift === undefined && made.options.configuration === undefined))
    return refused(
      'configuration',
      'No container is configured in another way than it was recorded: nothing to choose.',
    )
  return does(event)
}

function decision(ask: Extract<Ask, { kind: 'decide' }>): Decided {
  if (ask.decision.reason.trim() === '')
    return refused('reason', 'The decision needs a reason: it is what the review reads first.')
  return does({ kind: 'decision.made', decision: ask.decision })
}

function approval(state: RunState, ask: Extract<Ask, { kind: 'approve' }>, now: string): Decided {
  const plan = state.plan
  if (plan === null || plan.hash !== ask.hash)
    return refused('plan', 'The plan has changed since you looked. Read it again.')
  if (plan.plan.blockers.length > 0) return refused('blocked', `The plan cannot be approved: ${plan.plan.blockers[0]}`)
  const untyped = untypedOf(plan.plan, ask.typed)
  if (untyped !== null) return untyped
  if (ask.unattendedUntil !== null && ask.unattendedUntil <= now)
    return refused('until', 'That time has passed already.')
  const { hash, typed, unattendedUntil } = ask
  const kind = wantsSecondPerson(state.run?.manifest, plan.plan) ? 'plan.signed' : 'plan.approved'
  return does({ kind, hash, typed, unattendedUntil })
}

function secondApproval({ plan }: RunState, { hash, typed }: Extract<Ask, { kind: 'approve as second' }>): Decided {
  if (plan?.signed == null || plan.hash !== hash)
    return refused('plan', 'The plan has changed since you looked. Read it again.')
  const { unattendedUntil } = plan.signed
  return untypedOf(plan.plan, typed) ?? does({ kind: 'plan.approved', hash, typed, unattendedUntil })
}

function untypedOf({ typed }: Plan, given: readonly string[]): ReturnType<typeof refused> | null {
  const missing = [typed.environment, ...typed.databases].filter(name => !given.includes(name))
  return missing.length === 0 ? null : refused('typed', `Type ${missing.join(' and ')} to approve.`)
}

function atStep(state: RunState, step: string, event: RunEvent): Decided {
  const status = state.steps[step]?.status
  if (status === 'failed' || status === 'unknown') return does(event)
  return refused('step', `${step} has neither failed nor is it in doubt.`)
}

/** None but those that are known to keep the step waiting, as they were seen: a list from elsewhere ends nobody. */
function endSessions(state: RunState, { step, sessions }: Extract<Ask, { kind: 'end sessions' }>): Decided {
  const blocked = blockedAt(state, step)
  if (blocked === null) return refused('blocked', `No session is known to keep ${step} waiting now.`)
  if (blocked.cannotEnd !== undefined) return refused('right', blocked.cannotEnd)
  const known = new Set(endable(blocked).map(canonical))
  if (sessions.length === 0 || !sessions.every(session => known.has(canonical(session))))
    return refused('seen', 'Those are not the sessions that were seen to keep it waiting. Look again.')
  const { database, attempt } = blocked
  return does({ kind: 'sessions.named', step, attempt, database, sessions })
}

function sendAgain(state: RunState, message: string): Decided {
  return lostMessages(state).includes(message)
    ? does({ kind: 'step.retried', step: `message.${message}` })
    : refused('message', 'No message was given up, and none is in doubt.')
}

function skip(state: RunState, ask: Extract<Ask, { kind: 'skip' }>): Decided {
  if (ask.reason.trim() === '') return refused('reason', 'Skipping needs a reason: the record shows it.')
  const needed = destructiveAfter(state, ask.step)
  const skipped = planSteps(state).find(step => step.id === ask.step)
  if (skipped?.command.kind === 'service.pull')
    return refused('needed', 'Nothing is stopped before the image of what comes after it is there. Retry, or undo.')
  if (needed !== undefined && skipped?.phase === 4 && needed.phase === 4) {
    return refused('needed', `${needed.title} destroys something and needs this step. Retry it, or undo.`)
  }
  return atStep(state, ask.step, { kind: 'step.skipped', step: ask.step, reason: ask.reason.trim() })
}

const protecting: ReadonlySet<Step['command']['kind']> = new Set([
  'database.copy',
  'database.archive',
  'database.fence',
  'database.load',
  'database.replay',
  'database.weigh',
  'database.verify',
  'database.unhook',
  'database.capture',
])

/** What protects has to stand before all that comes after it; a statement, before the one that needs it. */
function destructiveAfter(state: RunState, id: string): Step | undefined {
  const steps = planSteps(state)
  const kind = steps.find(step => step.id === id)?.command.kind
  const protects = kind !== undefined && protecting.has(kind)
  const needing = new Set([id])
  if (protects)
    for (const step of steps) if (step.phase === 4 && step.needs.some(need => needing.has(need))) needing.add(step.id)
  return steps.find(step => step.risk === 'destructive' && step.needs.some(need => needing.has(need)))
}

function undo(state: RunState, step: string | null, { hash }: Means): Decided {
  const plan = state.plan
  if (plan === null || plan.approved === null)
    return refused('nothing', 'Nothing has been done yet that could be undone.')
  if (state.accepted !== null)
    return refused('accepted', 'The rollback was accepted. Undo it with a run of its own: astern undo.')
  if (plan.plan.purpose.kind === 'revision')
    return refused('undoing', 'This plan undoes already. A rollback of it is a run of its own.')
  const running = underWay(state)
  if (running !== undefined)
    return refused('running', `${running.id} is still running. Hold, and undo when it has settled.`)
  const input = { plan: plan.plan, steps: state.steps, revision: plan.revision + 1 }
  if (step !== null) return putBack(input, step, hash)
  const { plan: revised, diff } = planRevision(input)
  return does({ kind: 'plan.revised', plan: revised, hash: planHash(revised, hash), why: 'undo what was done', diff })
}

function putBack(input: RevisionInput, step: string, hash: Means['hash']): Decided {
  const why = whyNotPutBack(input.plan, input.steps, step)
  const of = input.plan.steps.find(({ id }) => id === step)
  const instance = of === undefined ? null : instanceOf(of)
  if (why !== null || instance === null) return refused('put back', why ?? `${step} is about no service on a host.`)
  const { plan, diff } = planPutBack(input, instance)
  const put = `put ${instance.service} on ${instance.host} back`
  return does({ kind: 'plan.revised', plan, hash: planHash(plan, hash), why: put, diff })
}

/** A message under way keeps nobody from anything. */
function underWay(state: RunState): StepState | undefined {
  return Object.values(state.steps).find(({ id, status }) => status === 'running' && !id.startsWith('message.'))
}

function acceptance(state: RunState, reason: string | null): Decided {
  const after = Object.values(state.suites.after?.results ?? {})
  const failing = after.filter(
    ({ severity, verdict }) => severity === 'must' && (verdict === 'fail' || verdict === 'inconclusive'),
  )
  if (failing.length > 0 && (reason === null || reason.trim() === '')) {
    return refused(
      'must',
      `${failing[0]?.name ?? 'a check'} does not pass. Accepting over a must check needs a reason.`,
    )
  }
  return does({ kind: 'validation.accepted', reason: reason === null || reason.trim() === '' ? null : reason.trim() })
}

function callOff(state: RunState, reason: string): Decided {
  if (state.review === null || isCalledOff(state))
    return refused('review', 'No post-mortem is booked that could be called off.')
  if (reason.trim() === '') return refused('reason', 'Calling it off needs a reason: who is invited reads it.')
  return does({ kind: 'review.withdrawn', reason: reason.trim() })
}

function lessons(ask: Extract<Ask, { kind: 'add lessons' }>, now: string): Decided {
  if (ask.owner.trim() === '') return refused('owner', 'The post-mortem needs an owner.')
  if (!isTime(ask.reviewAt)) return refused('date', 'The post-mortem is at a time like 2026-11-24 14:00, in UTC.')
  if (ask.reviewAt <= now) return refused('date', 'The post-mortem is booked for a time to come.')
  return does({ kind: 'lessons.added', lessons: ask.lessons, owner: ask.owner.trim(), reviewAt: ask.reviewAt })
}

function signOff(state: RunState, ask: Extract<Ask, { kind: 'sign off' }>): Decided {
  const item = checklist(state).find(({ id }) => id === ask.item)
  if (item === undefined) return refused('item', `The checklist has no item ${ask.item}.`)
  if (item.state === 'green') return refused('green', `${item.title} is green by its evidence.`)
  if (ask.reason.trim() === '') return refused('reason', 'Signing off needs a reason: the record shows it.')
  return does({ kind: 'item.signed', item: ask.item, reason: ask.reason.trim() })
}

function close(state: RunState): Decided {
  if (state.decision !== null && state.decision.choice !== 'roll back') {
    return does({ kind: 'close.asked', outcome: 'not needed', why: `decided: ${state.decision.choice}` })
  }
  const open = checklist(state).filter(item => item.state === 'open' || item.state === 'red')
  if (!checklistDone(state))
    return refused(
      'checklist',
      `Not green yet: ${open.map(({ title }) => title).join(', ')}. Sign off with a reason, or stop the run.`,
    )
  return does({
    kind: 'close.asked',
    outcome: 'reached',
    why: state.plan?.plan.purpose.kind === 'revision' ? 'undone' : 'checklist complete',
  })
}

function stop(state: RunState, reason: string): Decided {
  if (reason.trim() === '') return refused('reason', 'Stopping short needs a reason.')
  const running = underWay(state)
  if (running !== undefined) return refused('running', `${running.id} is running. Hold, and stop when it has settled.`)
  return does({ kind: 'close.asked', outcome: 'short', why: reason.trim() })
}
