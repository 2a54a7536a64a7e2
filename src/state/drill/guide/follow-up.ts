import { checklist, isDone } from '../../checklist.ts'
import type { RunState } from '../../run-state.ts'
import { isEnding, isOver } from '../is-drill.ts'
import { counted, few, type GuideTold } from './told.ts'

/** The same all through the phase. */
const always = {
  why: ['What is written tonight is known tomorrow. In a week nobody remembers why something was done.'],
  good: [
    'One or two lessons that change something: a check that was missing, a step that took too long. Each with an owner.',
    'What the run itself proposes for astern.yaml is read one by one, and taken or left.',
    'Everybody who was told that it began is told that it is over.',
  ],
  wrong: [
    'A name in the place of a cause. People do what the system lets them do: ask why that was possible.',
    'A date for the post-mortem that nobody was asked about.',
    'Going to bed with the freeze on and nobody told: tomorrow no deployment gets through.',
  ],
}

export function notRolledBack({ decision }: RunState): GuideTold {
  return {
    key: 'not rolled back',
    what: 'nothing is rolled back',
    now: [`Decided: ${decision?.choice ?? ''}. ${decision?.reason ?? ''}`],
    next: 'Do what was decided. Then close the run: the decision stands in the record.',
    ...always,
    why: ['Not to roll back is a decision like any other, and often the better one. It is on record with its reason.'],
  }
}

export function followingUp(run: RunState): GuideTold {
  const items = checklist(run)
  const open = items.filter(item => !isDone(item))
  const lessons = run.lessons === null
  return {
    key: `follow up ${lessons ? 'lessons' : open.length === 0 ? 'complete' : 'open'}`,
    what: lessons
      ? 'write down what was learnt'
      : open.length === 0
        ? 'close the run'
        : 'bring the checklist to its end',
    now: [
      `${items.length - open.length} of ${counted(items.length, 'point')} of the checklist are done, each by its evidence.`,
      ...few(
        open.map(({ title, evidence }) => `${title} (${evidence})`),
        'Open',
      ),
    ],
    next: lessons
      ? 'Write the lessons, name who owns the follow-up, and book the post-mortem.'
      : open.length === 0
        ? 'Close the run: locks and freeze are given back, and the document is written once more, with how it ended.'
        : 'Wait for what comes by itself; sign off, with a reason, what never will.',
    ...always,
  }
}

export function closed({ closed: over, closing, run }: RunState, drill: RunState | null): GuideTold {
  if (over === null) return beingClosed(closing?.why ?? '')
  return {
    key: 'closed',
    what: 'it is over',
    now: [
      `Closed: ${over.outcome} (${over.why}).`,
      ...(run?.drill === undefined ? [] : [drillEnds(run.drill.run, drill)]),
    ],
    next: 'Leave this console, and read the incident document.',
    ...always,
    why: ['The record is complete: nothing is added to it any more.'],
  }
}

function drillEnds(id: string, drill: RunState | null): string {
  const debrief = `astern drill --debrief ${id} says how it went.`
  if (drill === null || !isEnding(drill)) return `The drill ends once nothing is played in it any more; then ${debrief}`
  return isOver(drill)
    ? `The drill is over: ${debrief}`
    : `The drill is ending: what was hurt on purpose is put right, and then ${debrief}`
}

function beingClosed(why: string): GuideTold {
  return {
    key: 'closing',
    what: 'the run is being closed',
    now: [
      `It is being closed: ${why}. What it holds at the targets is given back, and the document is written a last time.`,
    ],
    next: 'Wait a moment: it closes by itself.',
    ...always,
  }
}
