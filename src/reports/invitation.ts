import { ICalAlarmType, ICalAttendeeStatus, ICalCalendar, ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import type { RunState } from '../state/run-state.ts'
import { oneLine, plain } from '../state/text.ts'
import { plusMs } from '../state/times.ts'

const hourMs = 3_600_000
const alarmSeconds = 1_800

/**
 * The post-mortem as an iCalendar invitation (RFC 5545, iTIP REQUEST): an hour long, the same UID for good, so that a
 * later one with a higher `sequence` moves it. `now`: DTSTAMP. Before anybody named an owner and a date it stands a day
 * ahead, with whoever opened the run.
 */
export function invitation(state: RunState, now: string, sequence = 0): string {
  const { run, lessons } = state
  const id = oneLine(run?.id ?? '')
  const opener = oneLine(run?.by.name ?? 'operator')
  const owner = oneLine(lessons?.owner ?? opener)
  const at = lessons?.reviewAt ?? plusMs(now, 24 * hourMs)
  const calendar = new ICalCalendar({ prodId: '//Astern//rollback//EN', method: ICalCalendarMethod.REQUEST })
  const event = calendar.createEvent({
    id: `post-mortem-${id}@astern`,
    sequence,
    stamp: new Date(now),
    start: new Date(at),
    end: new Date(plusMs(at, hourMs)),
    timezone: null,
    summary: oneLine(`Post-mortem ${state.decision?.severity ?? ''} ${run?.environment ?? ''} (run ${id})`),
    description: description(state),
    status: ICalEventStatus.CONFIRMED,
    organizer: { name: owner, email: addressOf(owner) },
  })
  for (const name of new Set([owner, opener]))
    event.createAttendee({ name, email: addressOf(name), rsvp: true, status: ICalAttendeeStatus.NEEDSACTION })
  event.createAlarm({
    type: ICalAlarmType.display,
    trigger: alarmSeconds,
    description: 'Post-mortem in half an hour',
  })
  return `${calendar.toString()}\r\n`
}

function description({ run, plan, decision, lessons }: RunState): string {
  const what = plan === null ? '' : `${plan.plan.from} to ${plan.plan.target.version}`
  const parts = [
    what,
    decision?.reason ?? '',
    lessons?.lessons ?? '',
    `Incident document: astern report ${run?.id ?? ''}`,
  ]
  return plain(parts.filter(part => part !== '').join('\n\n'))
}

/** No address book here: a name that is not an address stands under a host that never resolves (RFC 2606). */
function addressOf(name: string): string {
  const isAddress = /^[\w.+-]+@[\w.-]+$/.test(name)
  return isAddress ? name : `${name.replaceAll(/[^\w.-]/g, '.')}@astern.invalid`
}
