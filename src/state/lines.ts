import { describe } from './command.ts'
import type { Line, RunEvent } from './event.ts'
import { oneLine } from './text.ts'

export type Tone = 'plain' | 'good' | 'bad' | 'warn'
export type Said = { readonly text: string; readonly tone: Tone }

/** One line in words per event, for the screen's log and the line mode; null where there is nothing to say to a person. */
export function lineText(line: Line): Said | null {
  const said = say(line.event)
  return said === null ? null : { ...said, text: oneLine(said.text, 400) }
}

/** `03:12:58 ana`, in UTC. */
export function stamp(line: Line): string {
  return `${line.ts.slice(11, 19)} ${oneLine(line.actor.name, 20)}`
}

function say(event: RunEvent): Said | null {
  switch (event.kind) {
    case 'run.opened':
      return plainly(
        `opened ${event.purpose.kind === 'undo' ? `the undo of ${event.purpose.run}` : event.purpose.kind === 'errand' ? event.purpose.what : 'a rollback'} of ${event.environment} (${event.class})`,
      )
    case 'engine.started':
      return plainly(`engine ${event.version} runs as process ${event.pid}`)
    case 'journal.recovered':
      return warn(`the journal ended in the middle of a line: ${event.droppedBytes} bytes were dropped`)
    case 'helm.taken':
      return plainly(`took the helm${event.reason === null ? '' : `: ${event.reason}`}`)
    case 'helm.left':
      return warn('nobody is at the helm')
    case 'facts.gathered':
      return plainly(
        `looked at ${Object.keys(event.facts.services).length} services and ${Object.keys(event.facts.databases).length} databases; proposes ${event.proposed.severity}: ${event.proposed.why}`,
      )
    case 'decision.made':
      return plainly(`${event.decision.severity}, ${event.decision.choice}: ${event.decision.reason}`)
    case 'plan.proposed':
      return plainly(
        `plan ${event.hash}: ${event.plan.from} -> ${event.plan.target.version}, ${event.plan.order}, ${event.plan.steps.length} steps`,
      )
    case 'plan.failed':
      return bad(`no plan: ${event.fault.what}. ${event.fault.next}`)
    case 'plan.approved':
      return good(`approved plan ${event.hash}, typing ${event.typed.join(', ')}`)
    case 'plan.revised':
      return warn(`plan revised (${event.why}): ${event.plan.steps.length} steps, wants approval as ${event.hash}`)
    case 'plan.withdrawn':
      return plainly('withdrew the plan')
    case 'step.begun':
      return plainly(`begins: ${describe(event.command)}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`)
    case 'step.probed':
      return warn(`${event.step} was in doubt; looking says: ${event.says}`)
    case 'step.settled':
      return settled(event)
    case 'step.unknown':
      return warn(`${event.step}: ${event.why}; nobody knows yet whether it was done`)
    case 'step.retried':
      return plainly(`again: ${event.step}`)
    case 'step.skipped':
      return warn(`skipped ${event.step}: ${event.reason}`)
    case 'held':
      return warn(`held: ${event.reason}`)
    case 'resumed':
      return plainly('resumed')
    case 'checks.started':
      return plainly(`runs the checks (${event.suite})`)
    case 'check.settled':
      return checked(event.result)
    case 'validation.accepted':
      return good(`accepted the result${event.reason === null ? '' : `: ${event.reason}`}`)
    case 'message.queued':
      return plainly(`message for ${event.command.channel}: ${event.command.subject}`)
    case 'message.edited':
      return plainly(`edited the message: ${event.subject}`)
    case 'signal.changed':
      return changed(event.signal)
    case 'note.added':
      return plainly(`note: ${event.text}`)
    case 'lessons.added':
      return plainly(
        `post-mortem ${event.reviewAt}, owner ${event.owner}${event.lessons === '' ? '' : `; lessons: ${event.lessons}`}`,
      )
    case 'review.booked':
      return good(`post-mortem booked for ${event.at}: ${event.file}`)
    case 'report.written':
      return good(`incident document written: ${event.file}, ${event.bytes} bytes`)
    case 'conflicts.found':
      return warn(
        `${event.conflicts.length} archived values of ${event.database} could not go back: their rows have changed since`,
      )
    case 'item.signed':
      return warn(`signed off "${event.item}": ${event.reason}`)
    case 'fault.seen':
      return bad(`${event.fault.what}. ${event.fault.next}`)
    case 'close.asked':
      return plainly(`closing (${event.outcome}): ${event.why}`)
    case 'run.closed':
      return { text: `closed: ${event.outcome} (${event.why})`, tone: event.outcome === 'reached' ? 'good' : 'warn' }
    case 'intent.taken':
    case 'checks.ended':
    case 'signal.summed':
      return null
  }
}

function settled({ step, outcome, says, fault }: Extract<RunEvent, { kind: 'step.settled' }>): Said {
  if (outcome === 'failed') return bad(`failed: ${step}: ${fault?.what ?? says}. ${fault?.next ?? ''}`)
  return good(outcome === 'already' ? `already so: ${step} (${says})` : `done: ${step}: ${says}`)
}

function checked({ name, verdict, says, firstFailure }: Extract<RunEvent, { kind: 'check.settled' }>['result']): Said {
  const flaky = verdict === 'pass' && firstFailure !== null ? `, after failing first: ${firstFailure}` : ''
  const text = `check ${name}: ${verdict} (${says}${flaky})`
  return { text, tone: verdict === 'pass' ? 'good' : verdict === 'degraded' ? 'warn' : 'bad' }
}

function changed({ key, state, release, note }: Extract<RunEvent, { kind: 'signal.changed' }>['signal']): Said {
  const text = `${key} ${release ?? ''} is ${state}: ${note}`
  return { text, tone: state === 'healthy' ? 'good' : state === 'unhealthy' ? 'bad' : 'warn' }
}

function plainly(text: string): Said {
  return { text, tone: 'plain' }
}

function good(text: string): Said {
  return { text, tone: 'good' }
}

function bad(text: string): Said {
  return { text, tone: 'bad' }
}

function warn(text: string): Said {
  return { text, tone: 'warn' }
}
