import { checklistDone } from '../../state/checklist.ts'
import { blockedStep } from '../../state/ending.ts'
import { gateOf } from '../../state/gates.ts'
import type { RunState } from '../../state/run-state.ts'
import { secondPersonWords } from '../../state/second-person.ts'
import { stepTitle } from '../../state/steps.ts'
import type { DialogKind } from '../dialogs/dialog.ts'

/** The one next action: what Enter does, what the footer calls it, and what the run waits for. */
export type Primary = {
  readonly dialog: DialogKind
  readonly about: string | null
  readonly label: string
  readonly prompt: string
}

export function primaryOf(run: RunState): Primary | null {
  const gate = gateOf(run)
  if (gate === null) return waiting(run)
  switch (gate.kind) {
    case 'decide':
      return primary('decide', 'decide', 'Decide what to do: severity, choice and reason')
    case 'approve':
      return blocked(run) ?? primary('approve', 'approve', 'Read the plan, then approve it', gate.hash)
    case 'second person':
      return primary('second person', 'choose', `Approved by ${run.plan?.signed?.by ?? ''}; ${secondPersonWords(run)}`)
    case 'plan failed':
      return primary('plan failed', 'choose', `No plan: ${run.planFault?.what ?? ''}`)
    case 'failure':
      return primary('trouble', 'choose', `Failed: ${stepTitle(run, gate.step)}`, gate.step)
    case 'unknown':
      return primary('trouble', 'choose', `In doubt: ${stepTitle(run, gate.step)}`, gate.step)
    case 'held':
      return primary('resume', 'resume', `Held: ${gate.reason}`)
    case 'nobody at the helm':
      return primary('helm', 'take the helm', `Nobody is at the helm; next would be: ${stepTitle(run, gate.step)}`)
    case 'validate':
      return primary('accept', 'accept', 'The checks have ended: accept the result, or check again')
    case 'follow up':
      return followUp(run)
  }
}

/** Nobody has to do anything: the statement tries again by itself. */
function waiting(run: RunState): Primary | null {
  const blocked = blockedStep(run)
  if (blocked === null) return null
  const { sessions, step } = blocked
  const whom =
    sessions.length === 1
      ? `session ${sessions[0]?.id ?? ''} of ${sessions[0]?.user ?? ''}`
      : `${sessions.length} sessions`
  return primary('blockers', 'see who', `Waits for ${whom}: ${stepTitle(run, step)}`, step)
}

function primary(dialog: DialogKind, label: string, prompt: string, about: string | null = null): Primary {
  return { dialog, label, prompt, about }
}

function blocked(run: RunState): Primary | null {
  const blocker = run.plan?.plan.blockers[0]
  return blocker === undefined ? null : primary('plan failed', 'choose', `The plan is blocked: ${blocker}`)
}

function followUp(run: RunState): Primary {
  const rolledBack = run.decision?.choice === 'roll back'
  if (!rolledBack) return primary('close', 'close', 'Nothing is rolled back: close the run')
  if (run.lessons === null) return primary('lessons', 'lessons', 'Write the lessons and book the post-mortem')
  if (checklistDone(run)) return primary('close', 'close', 'The checklist is complete: close the run')
  return primary('sign', 'sign off', 'The checklist is not complete: wait, or sign items off')
}
