import { seenWords } from './blocked.ts'
import { describe } from './command.ts'
import { isDrillEvent } from './drill/play/event.ts'
import { drillText } from './drill/play/lines.ts'
import type { Line, RunEvent } from './event.ts'
import { sentence } from './fault.ts'
import type { Signal } from './signal.ts'
import { oneLine } from './text.ts'
import type { Said } from './tone.ts'
import { clockText, timeOfDay } from './times.ts'

export type { Said, Tone } from './tone.ts'

/** One line in words per event, for the screen's log and the line mode; null where there is nothing to say to a person. */
export function lineText(line: Line): Said | null {
  const said = say(line.event)
  return said === null ? null : { ...said, text: oneLine(said.text, 400) }
}

/** `03:12:58 ana`, in UTC. */
export function stamp(line: Line): string {
  return `${timeOfDay(line.ts)} ${oneLine(line.actor.name, 20)}`
}

type Event<Kind extends RunEvent['kind']> = Extract<RunEvent, { kind: Kind }>

function say(event: RunEvent): Said | null {
  if (isDrillEvent(event)) return drillText(event)
  switch (event.kind) {
    case 'run.opened':
      return plainly(opened(event))
    case 'engine.started':
      return plainly(`engine ${event.version} runs as process ${event.pid}`)
    case 'journal.recovered':
      return warn(`the journal ended in the middle of a line: ${count(event.droppedBytes, 'byte')} dropped`)
    case 'helm.taken':
      return plainly(`took the helm${because(event.reason)}`)
    case 'helm.left':
      return warn('left the helm; nobody is at it')
    case 'helm.asked':
      return warn(`asks for the helm${because(event.reason)}`)
    case 'helm.given':
      return plainly(`gave the helm to ${event.to}`)
    case 'helm.kept':
      return plainly(`keeps the helm that ${event.to} asked for${because(event.word)}`)
    case 'helm.unasked':
      return plainly(`${event.name} asks for the helm no more: that console is gone`)
    case 'facts.gathered':
      return plainly(gathered(event))
    case 'decision.made':
      return plainly(`${event.decision.severity}, ${event.decision.choice}: ${event.decision.reason}`)
    case 'plan.proposed':
      return proposed(event)
    case 'plan.failed':
      return bad(`no plan: ${sentence(event.fault)}`)
    case 'plan.signed':
      return warn(`${approved(event)}; a second person has to, before anything is done`)
    case 'plan.approved':
      return good(approved(event))
    case 'plan.revised':
      return warn(`plan revised (${event.why}): ${event.plan.steps.length} steps, wants approval as ${event.hash}`)
    case 'plan.withdrawn':
      return plainly(withdrew(event))
    case 'rehearsal.asked':
      return plainly('has the way back tried on a clone')
    case 'rehearsal.ended':
      return event.outcome === 'kept' ? plainly(event.says) : warn(event.says)
    case 'step.begun':
      return plainly(`begins: ${describe(event.command)}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`)
    case 'step.probed':
      return warn(`${event.step} was in doubt; looking says: ${event.verdict}: ${event.says}`)
    case 'step.settled':
      return settled(event)
    case 'step.unknown':
      return warn(`${event.step} is in doubt: ${event.why}; whether it was done is looked at next`)
    case 'step.retried':
      return plainly(`again: ${event.step}`)
    case 'step.skipped':
      return warn(`skipped ${event.step}: ${event.reason}`)
    case 'sessions.blocking':
      return event.sessions.length === 0
        ? plainly(`${event.database}: no statement waits for others any more`)
        : warn(`${event.database} waits for ${event.sessions.map(seenWords).join('; ')}`)
    case 'sessions.named':
      return warn(`asked to end, because ${event.step} waits for them: ${event.sessions.map(seenWords).join('; ')}`)
    case 'held':
      return warn(`held: ${event.reason}`)
    case 'resumed':
      return plainly('resumed')
    case 'checks.started':
      return plainly(`runs the checks (${event.suite})`)
    case 'check.settled':
      return checked(event.result)
    case 'validation.accepted':
      return event.reason === null ? good('accepted the result') : warn(`accepted the result over: ${event.reason}`)
    case 'message.queued':
      return plainly(`message for ${event.command.channel}: ${event.command.subject}`)
    case 'message.edited':
      return plainly(`edited the message: ${event.subject}`)
    case 'signal.changed':
      return signalText(event.signal)
    case 'note.added':
      return plainly(`note: ${event.text}`)
    case 'lessons.added':
      return plainly(`post-mortem ${event.reviewAt}, owner ${event.owner}${because(event.lessons, '; lessons: ')}`)
    case 'review.booked':
      return good(`post-mortem booked for ${event.at}, owner ${event.owner}: ${event.file}`)
    case 'review.withdrawn':
      return warn(`called the post-mortem off: ${event.reason}`)
    case 'review.cancelled':
      return warn(`post-mortem of ${event.at} called off: ${event.reason}`)
    case 'report.written':
      return good(`incident document written: ${event.file}, ${count(event.bytes, 'byte')}`)
    case 'conflicts.found':
      return conflicts(event)
    case 'proposals.made':
      return proposedChanges(event)
    case 'proposal.answered':
      return plainly(`${answers[event.answer]} the proposal ${event.id}${because(event.reason)}`)
    case 'proposal.written':
      return event.written ? good(`${event.id}: ${event.says}`) : warn(`${event.id} was not written: ${event.says}`)
    case 'item.signed':
      return warn(`signed off "${event.item}": ${event.reason}`)
    case 'fault.seen':
      return bad(sentence(event.fault))
    case 'close.asked':
      return plainly(`closing (${event.outcome}): ${event.why}`)
    case 'run.closed':
      return event.outcome === 'reached' ? good(`closed: reached (${event.why})`) : warn(`closed: ${ended(event)}`)
    case 'run.moved':
      return warn(
        `goes on from ${event.to.on}, by the copy its hosts have${event.took === undefined ? '' : ` (${event.took})`}: ${event.reason}`,
      )
    case 'hosts.identified':
    case 'intent.taken':
    case 'checks.ended':
    case 'signal.summed':
      return null
  }
}

function opened({ purpose, environment, class: kind }: Event<'run.opened'>): string {
  return `opened ${purposeText(purpose)} of ${environment} (${kind})`
}

function purposeText(purpose: Event<'run.opened'>['purpose']): string {
  if (purpose.kind === 'rollback') return 'a rollback'
  if (purpose.kind === 'drill') return `a drill (${purpose.scenario.id})`
  return purpose.kind === 'undo' ? `the undo of ${purpose.run}` : purpose.what
}

function gathered({ facts, proposed: { severity, why } }: Event<'facts.gathered'>): string {
  const [services, databases] = [Object.keys(facts.services).length, Object.keys(facts.databases).length]
  return `looked at ${count(services, 'service')} and ${count(databases, 'database')}; proposes ${severity}: ${why}`
}

function proposed({ plan, hash }: Event<'plan.proposed'>): Said {
  const [blocker] = plan.blockers
  const steps = `${count(plan.steps.length, 'step')}, about ${clockText(plan.estimateMs)}`
  const text = `plan ${hash}: ${plan.from} -> ${plan.target.version}, ${plan.order}, ${steps}`
  return blocker === undefined ? plainly(text) : warn(`${text}; it cannot be approved: ${blocker}`)
}

function approved({ hash, typed, unattendedUntil }: Event<'plan.approved' | 'plan.signed'>): string {
  return `approved plan ${hash}, typing ${typed.join(', ')}${because(unattendedUntil, '; goes on unattended until ')}`
}

function withdrew({ configuration, restore, replay, version }: Event<'plan.withdrawn'>): string {
  if (version !== undefined) return `withdrew the plan, for one that goes back to ${version}`
  if (replay !== undefined)
    return `withdrew the plan, for one that ${replay === 'all' ? 'replays the binlog into the backup' : 'replays no binlog'}`
  if (restore !== undefined)
    return `withdrew the plan, for one that ${restore === 'newest' ? 'restores a backup' : 'reverses and restores nothing'}`
  if (configuration === undefined) return 'withdrew the plan'
  const taken = configuration === 'recorded' ? 'the recorded configuration' : "today's configuration"
  return `withdrew the plan, for one that takes ${taken}`
}

function settled({ step, outcome, says, fault }: Event<'step.settled'>): Said {
  if (outcome === 'failed') return bad(`failed: ${step}: ${fault === null ? says : sentence(fault)}`)
  return good(outcome === 'already' ? `already so: ${step}: ${says}` : `done: ${step}: ${says}`)
}

function checked({ name, verdict, says, firstFailure }: Event<'check.settled'>['result']): Said {
  const flaky = verdict === 'pass' && firstFailure !== null ? `, after failing first: ${firstFailure}` : ''
  const text = `check ${name}: ${verdict} (${says}${flaky})`
  return { text, tone: verdict === 'pass' ? 'good' : verdict === 'degraded' ? 'warn' : 'bad' }
}

/** `api@web-1 1.3.0 is healthy: answers 200` */
export function signalText({ key, state, release, note }: Signal): Said {
  const text = `${key}${because(release, ' ')} is ${state}${because(note)}`
  return { text, tone: state === 'healthy' ? 'good' : state === 'unhealthy' ? 'bad' : 'warn' }
}

function conflicts({ database, conflicts: found }: Event<'conflicts.found'>): Said {
  if (found.length === 0) return good(`every archived value of ${database} went back`)
  return warn(`${count(found.length, 'archived value')} of ${database} not put back: the rows have changed since`)
}

function proposedChanges({ proposals }: Event<'proposals.made'>): Said | null {
  if (proposals.length === 0) return null
  return plainly(
    `${count(proposals.length, 'change')} of astern.yaml proposed: ${proposals.map(({ id }) => id).join(', ')}`,
  )
}

const answers = { accept: 'accepted', 'not now': 'left for now', never: 'turned down for good' } as const

function ended({ outcome, why }: Event<'run.closed'>): string {
  return `${outcome === 'short' ? 'short of the goal' : outcome} (${why})`
}

function count(n: number, one: string): string {
  return n === 1 ? `1 ${one}` : `${n} ${one}s`
}

function because(reason: string | null, lead = ': '): string {
  return reason === null || reason === '' ? '' : `${lead}${reason}`
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
