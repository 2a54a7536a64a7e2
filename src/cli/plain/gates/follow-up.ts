import { timeOfDay } from '../../../state/times.ts'
import { checklist, checklistDone, isDone } from '../../../state/checklist.ts'
import { isUnanswered } from '../../../state/learning/standing.ts'
import type { RunState } from '../../../state/run-state.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { lessonsAsk, proposalAsk, sendAgainAsk, signAsk } from '../../../ui/keys/asks.ts'
import { section, told, type Told } from '../told.ts'
import { formWay, readWay, stopWay, waitWay, type Moment, type Seen, type Way } from './moment.ts'

/** Phase 6: the checklist with its evidence, lessons, messages, what the run taught, and the end. */
export function followUpMoment(state: ConsoleState, seen: Seen): Moment {
  const { run } = state
  const rolledBack = run.decision?.choice === 'roll back'
  if (!rolledBack)
    return {
      tells: [told.head(`6 Follow-up: nothing is rolled back (${run.decision?.choice ?? ''})`)],
      ways: [formWay(state, 'close', 'close the run', 'close', { kind: 'close' }), stopWay(state)],
      otherwise: 'close',
    }
  return {
    tells: [told.head('6 Follow-up'), ...checklistTold(run)],
    ways: [...ways(state), stopWay(state)],
    otherwise: nextOf(run, seen),
  }
}

/** The eight points, each with its evidence. */
export function checklistTold(run: RunState): readonly Told[] {
  const items = checklist(run)
  const done = items.filter(isDone).length
  return section(
    `Checklist, ${done} of ${items.length}`,
    items.map(({ title, state, evidence }) => `${title}: ${state}, ${evidence}`),
  )
}

function ways(state: ConsoleState): readonly Way[] {
  const { run } = state
  return [
    formWay(state, 'lessons', 'write the lessons, book the post-mortem or book it anew', 'lessons', lessonsAsk(run)),
    readWay('checklist', 'the eight points, each with its evidence', checklistTold(run)),
    formWay(
      state,
      'proposals',
      'what the run taught: changes to astern.yaml, one by one',
      'proposals',
      proposalAsk(run),
    ),
    formWay(state, 'sign', 'sign an item of the checklist off, with a reason', 'sign', signAsk(run)),
    readWay('messages', 'what was sent, and what was not', messagesTold(run)),
    formWay(state, 'send', 'send a message again that was given up or is in doubt', 'send again', sendAgainAsk(run)),
    readWay('notes', 'the notes of the run', section('Notes', notes(run))),
    waitWay('wait for what is still under way'),
    formWay(state, 'close', 'close the run', 'close', { kind: 'close' }),
  ]
}

/** What is left to do, in its order; a proposal is offered once. */
function nextOf(run: RunState, seen: Seen): string {
  if (run.lessons === null) return 'lessons'
  const open = (run.learnt?.proposals ?? []).some(one => isUnanswered(run, one) && one.change.kind !== 'look')
  if (open && !seen.has('proposals')) return 'proposals'
  if (checklistDone(run)) return 'close'
  return checklist(run).some(({ state }) => state === 'red') ? 'sign' : 'wait'
}

function messagesTold(run: RunState): readonly Told[] {
  const texts = Object.entries(run.messages).map(([id, { command, audience }]) => {
    const step = run.steps[`message.${id}`]
    const why = step?.status === 'unknown' ? `, may have arrived, look for ${command.delivery} there` : ''
    return `${command.channel} (${audience}), ${command.subject}: ${step?.status ?? 'waiting'}${step?.fault == null ? why : `, ${step.fault.what}`}`
  })
  return section('Messages', texts.length === 0 ? ['none'] : texts)
}

function notes(run: RunState): readonly string[] {
  const all = run.notes.map(({ by, at, text }) => `${by}, at ${timeOfDay(at)} UTC: ${text}`)
  return all.length === 0 ? ['none'] : all
}
