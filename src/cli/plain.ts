import { createInterface, type Interface } from 'node:readline/promises'
import type { Session } from '../client/session.ts'
import { endable, seenWords } from '../state/blocked.ts'
import { checklist } from '../state/checklist.ts'
import type { Choice, Severity } from '../state/event.ts'
import { blockedAt } from '../state/ending.ts'
import { gateOf } from '../state/gates.ts'
import type { Ask } from '../state/intent.ts'
import { firstChangeAt } from '../state/assessment.ts'
import { planLines } from '../state/plan-lines.ts'
import { isCalledOff } from '../state/review.ts'
import type { Gate, RunState } from '../state/run-state.ts'
import type { ConsoleState } from '../state/store.ts'
import { secondPersonWords } from '../state/second-person.ts'
import { lastTimeOf, plusMs } from '../state/times.ts'
import { askCalledOff, askClose, askLessons } from './ask-post-mortem.ts'
import { askDetection } from './ask-detection.ts'
import { closedCode, when } from './ends.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { askProposal, type Asks } from './learn/ask-proposal.ts'
import { summarise } from './summary.ts'
import { answer, talk } from './talk.ts'

/** A whole rollback in lines, question by question. An empty answer takes what stands in brackets; Ctrl-D leaves. */
export async function answerQuestions(session: Session, flags: Flags, directory: string): Promise<number> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const left = Promise.withResolvers<'left'>()
  lines.once('close', () => left.resolve('left'))
  try {
    for (;;) {
      await Promise.race([
        when(
          session,
          state => state.run.closed !== null || state.connection.engine === 'gone' || gateOf(state.run) !== null,
        ),
        left.promise,
      ])
      const { run, connection } = session.store.getState()
      if (run.closed !== null) {
        summarise(run, flags, directory)
        return closedCode(run.closed.outcome)
      }
      const gate = gateOf(run)
      if (gate === null || connection.engine === 'gone') return leaves(run)
      const ask = await Promise.race([question(lines, run, gate), left.promise])
      if (ask === 'left') return leaves(run)
      // Where nothing is to be asked yet, the run goes on by itself.
      const onward = ask === null ? movesOn(run, gate) : takenAfter(session)
      const refusal = ask === null ? null : await session.send(ask, gate.id)
      if (refusal !== null) talk(refusal.reason)
      else await Promise.race([when(session, onward), left.promise])
    }
  } finally {
    lines.close()
  }
}

function movesOn({ seq }: RunState, gate: Gate): (state: ConsoleState) => boolean {
  return ({ run }) => (gate.kind === 'second person' ? gateOf(run)?.id !== gate.id : run.seq > seq)
}

/** What was asked has been done, and not only something else meanwhile: else it would be asked again. */
function takenAfter({ store }: Session): (state: ConsoleState) => boolean {
  const before = store.getState().run.intents.at(-1)
  return ({ run, lines }) => {
    const taken = lines.findLast(({ event }) => event.kind === 'intent.taken')
    return run.intents.at(-1) !== before && (taken?.seq ?? 0) < run.seq
  }
}

function leaves(run: RunState): number {
  talk(`\nRun ${run.run?.id ?? ''} goes on. Come back with: astern attach ${run.run?.id ?? ''}`)
  return exitCode.reached
}

async function question(lines: Interface, run: RunState, gate: Gate): Promise<Ask | null> {
  switch (gate.kind) {
    case 'decide':
      return decide(lines, run)
    case 'approve':
      return approve(lines, run)
    case 'second person':
      talk(`Approved; nothing is done before ${secondPersonWords(run)}`)
      return null
    case 'plan failed':
      talk(`${run.planFault?.what ?? ''}. ${run.planFault?.means ?? ''} ${run.planFault?.next ?? ''}`)
      return choose(lines, { again: { kind: 'plan again' }, stop: { kind: 'stop', reason: 'no plan' } })
    case 'failure':
    case 'unknown':
      return trouble(lines, run, gate)
    case 'held':
      talk(`The run is held: ${gate.reason}`)
      return choose(lines, { resume: { kind: 'resume' }, stop: { kind: 'stop', reason: gate.reason } })
    case 'nobody at the helm':
      return { kind: 'take the helm', reason: null }
    case 'validate': {
      const bad = Object.values(run.suites.after?.results ?? {}).filter(
        ({ verdict }) => verdict === 'fail' || verdict === 'inconclusive',
      )
      const reason =
        bad.length === 0
          ? null
          : await asked(lines, `${bad.length} checks do not pass. Accept all the same, because`, '')
      return bad.length > 0 && reason === '' ? { kind: 'check again' } : { kind: 'accept validation', reason }
    }
    case 'follow up':
      return followUp(lines, run)
  }
}

async function decide(lines: Interface, run: RunState): Promise<Ask> {
  const proposed = run.proposed
  const severity = (await asked(lines, 'Severity', proposed?.severity ?? 'SEV-2')) as Severity
  const choice = (await asked(
    lines,
    'Roll back, switch a flag off, configuration only, roll forward, hold, nothing',
    'roll back',
  )) as Choice
  const reason = await asked(lines, 'Because', proposed?.why ?? '')
  const beganAt = await began(lines, run)
  const detected = await askDetection(asksOn(lines), run.at)
  const objections = await asked(lines, 'Strong objections, asked for (empty: not asked)', '')
  const turnBackMs = run.run?.manifest.timing.turnBackMs ?? 0
  const turnBackAt = turnBackMs === 0 ? null : plusMs(run.at, turnBackMs)
  return {
    kind: 'decide',
    decision: {
      severity,
      choice,
      reason,
      scope: proposed?.scope ?? '',
      impact: proposed?.why ?? '',
      turnBackAt,
      beganAt,
      ...(detected === null ? {} : { detected }),
      objections,
    },
  }
}

function asksOn(lines: Interface): Asks {
  return { asked: (what, otherwise) => asked(lines, what, otherwise), talk }
}

async function began(lines: Interface, run: RunState): Promise<string | null> {
  const first = run.facts === null ? null : firstChangeAt(run.facts)
  for (;;) {
    const text = await asked(lines, 'Impact began, hh:mm UTC (- where nobody knows)', first?.slice(11, 16) ?? '-')
    const at = text === '-' ? null : lastTimeOf(text, run.at)
    if (at !== undefined) return at
    talk('That is read as 02:51, or as - where nobody knows.')
  }
}

async function approve(lines: Interface, run: RunState): Promise<Ask> {
  const { plan, hash } = run.plan ?? {}
  if (plan === undefined || hash === undefined) return { kind: 'plan again' }
  answer(planLines(plan, hash).join('\n'))
  if (plan.blockers.length > 0)
    return choose(lines, {
      again: { kind: 'plan again' },
      ...(plan.options.configuration === 'recorded'
        ? { today: { kind: 'plan again', configuration: 'today' } as const }
        : {}),
      ...(plan.options.restore === undefined ? {} : { reverse: { kind: 'plan again', restore: 'none' } as const }),
      ...(plan.options.restore?.replay === undefined
        ? {}
        : { 'no replay': { kind: 'plan again', replay: 'none' } as const }),
      ...(plan.restorable === undefined ? {} : { restore: { kind: 'plan again', restore: 'newest' } as const }),
      stop: { kind: 'stop', reason: plan.blockers[0] ?? 'blocked' },
    })
  const typed: string[] = []
  for (const name of [plan.typed.environment, ...plan.typed.databases])
    typed.push(await asked(lines, `Type ${name} to approve (anything else does not)`, ''))
  return { kind: 'approve', hash, typed, unattendedUntil: null }
}

async function trouble(
  lines: Interface,
  run: RunState,
  gate: Extract<Gate, { kind: 'failure' | 'unknown' }>,
): Promise<Ask> {
  const step = run.steps[gate.step]
  talk(`${gate.step}: ${step?.fault?.what ?? step?.says ?? 'in doubt'}. ${step?.fault?.next ?? ''}`)
  const blocked = blockedAt(run, gate.step)
  for (const session of blocked?.sessions ?? []) talk(`  ${seenWords(session)}`)
  const ends = blocked !== null && blocked.cannotEnd === undefined && endable(blocked).length > 0
  if (blocked?.cannotEnd !== undefined) talk(`  ${blocked.cannotEnd}`)
  const chosen = await asked(lines, `retry, ${ends ? 'end (those sessions), ' : ''}skip, undo, hold`, 'hold')
  if (chosen === 'end' && ends) {
    const typed = await asked(lines, `Type ${blocked.database} to end them (anything else does not)`, '')
    if (typed !== blocked.database) return trouble(lines, run, gate)
    return { kind: 'end sessions', step: gate.step, sessions: endable(blocked) }
  }
  if (chosen === 'retry') return { kind: 'retry', step: gate.step }
  if (chosen === 'skip') return { kind: 'skip', step: gate.step, reason: await asked(lines, 'Because', '') }
  return chosen === 'undo' ? { kind: 'undo', step: null } : { kind: 'hold', reason: `after ${gate.step}` }
}

async function followUp(lines: Interface, run: RunState): Promise<Ask | null> {
  if (run.decision?.choice === 'roll back' && run.lessons === null) return askLessons(run, asksOn(lines))
  const proposal = await askProposal(run, asksOn(lines))
  if (proposal !== null) return proposal
  const open = checklist(run).filter(({ state }) => state === 'open' || state === 'red')
  const red = open.find(({ state }) => state === 'red')
  if (open.length === 0 || run.decision?.choice !== 'roll back') return askClose(run, asksOn(lines))
  if (red === undefined) return null
  talk(`✗ ${red.title}: ${red.evidence}`)
  if (red.id === 'review' && isCalledOff(run)) return askCalledOff(run, asksOn(lines))
  const reason = await asked(lines, 'Sign it off, because (empty: end short)', '')
  return reason === ''
    ? { kind: 'stop', reason: `not green: ${red.title}` }
    : { kind: 'sign off', item: red.id, reason }
}

async function asked(lines: Interface, what: string, otherwise: string): Promise<string> {
  const given = await lines.question(otherwise === '' ? `${what}: ` : `${what} [${otherwise}]: `)
  return given.trim() === '' ? otherwise : given.trim()
}

async function choose(lines: Interface, choices: Readonly<Record<string, Ask>>): Promise<Ask> {
  for (;;) {
    const chosen = choices[await asked(lines, Object.keys(choices).join(', '), '')]
    if (chosen !== undefined) return chosen
  }
}
