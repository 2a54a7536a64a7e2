import type { Script, Trouble } from './drill-operator.ts'
import { dropTriggers, endLockers, waitForHost } from './drill-remedies.ts'

const calm = 'We go back to the last good release. What was confirmed is kept. The next word comes in ten minutes.'

/** How each scenario is played well. */
export const well: Readonly<Record<string, Script>> = {
  'dropped-column': { choice: 'roll back', answers: { support: calm } },
  'pruned-image': {
    choice: 'roll back',
    answers: { lead: '1.2.2 is not on the host any more. We take 1.2.1, which is.' },
  },
  'wrong-image': { choice: 'roll back', answers: { colleague: 'No: what was recorded as good is another one.' } },
  'lying-health': { choice: 'roll back', answers: { platform: 'The check that orders as a customer does fails.' } },
  'failed-migration': {
    choice: 'roll back',
    answers: { manager: 'Two of four statements are done, and nothing is lost. We look what refuses the third.' },
    trouble: dropTriggers,
  },
  'metadata-lock': {
    choice: 'roll back',
    answers: { controlling: 'The shop is down: your report is ended, and can be run again in half an hour.' },
    trouble: endLockers,
  },
  'lost-host': {
    choice: 'roll back',
    answers: { datacentre: 'We wait for it, and look again.' },
    trouble: waitForHost,
  },
  'dropped-link': {
    choice: 'roll back',
    answers: { team: 'Start nothing: it goes on, and I am back.' },
    losesLink: true,
  },
  'silent-channel': {
    choice: 'roll back',
    answers: { ceo: calm, board: 'It is over for customers; we look that it stays so. Say nothing before noon.' },
    signs: { told: 'ops takes nothing: the CEO and the board were told by phone' },
  },
  'wrong-answer': {
    choice: 'hold',
    answers: { pressure: 'auth did not change and is healthy; the way to it is cut. Going back would change nothing.' },
    signs: { told: 'the lead of the team and the owner of the network, by phone' },
  },
}

/** Steps that fail under the operator's hands, or are left in doubt. */
export const troublesOf: Readonly<Record<string, RegExp>> = {
  'failed-migration': /^failure main\.down\.20261120\.3$/,
  'metadata-lock': /^failure main\./,
  'lost-host': /^(failure|unknown) /,
}

/** What a good way through still costs: who was told in another way than by a channel is signed for. */
export const costOf: Readonly<Record<string, readonly number[]>> = { 'silent-channel': [1], 'wrong-answer': [1] }

export type Wrongly = {
  readonly id: string
  readonly script: Script
  /** What it costs, and for what. */
  readonly costs: readonly (readonly [number, RegExp])[]
}

/** How some of them are played that it shows. */
export const wrongly: Readonly<Record<string, Wrongly>> = {
  'rolled back where the cause is elsewhere, and the checks overridden': {
    id: 'wrong-answer',
    script: {
      choice: 'roll back',
      answers: { pressure: 'You are right, we go back.' },
      overrides: 'it will be all right in a minute',
      signs: 'it has to be over',
    },
    costs: [
      [25, /decided: roll back; the answer was: hold$/],
      [15, /^changed what should have been left alone: /],
      [10, /accepted the result over its checks: it will be all right in a minute$/],
      [1, /signed off checks: it has to be over$/],
    ],
  },
  'by the hints': {
    id: 'dropped-column',
    script: { ...scriptOf('dropped-column'), hints: [0, 1] },
    costs: [
      [3, /took a hint: Look at the checks/],
      [5, /took a hint: 1\.2\.2 reads the column/],
    ],
  },
  'with nobody answered': {
    id: 'lying-health',
    script: { ...scriptOf('lying-health'), answers: {} },
    costs: [[5, /^nobody answered: The platform team: /]],
  },
  'tried again without a look at who holds the lock': {
    id: 'metadata-lock',
    script: { ...scriptOf('metadata-lock'), trouble: blindlyAtFirst() },
    costs: [[3, /tried again, and it failed again: /]],
  },
}

function scriptOf(id: string): Script {
  const script = well[id]
  if (script === undefined) throw new Error(`nobody knows how to play ${id}`)
  return script
}

function blindlyAtFirst(): NonNullable<Script['trouble']> {
  let times = 0
  return (at: Trouble) => {
    times += 1
    return times > 1 ? endLockers(at) : Promise.resolve({ kind: 'retry', step: at.gate.step })
  }
}
