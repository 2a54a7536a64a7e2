import { ICalAlarmType, ICalAttendeeStatus, ICalCalendar, ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import { drillPrefix } from '../state/drill/prefix.ts'
import type { Booking } from '../state/review.ts'
import type { RunState } from '../state/run-state.ts'
import { oneLine, plain } from '../state/text.ts'
import { plusMs } from '../state/times.ts'

const hourMs = 3_600_000
const alarmSeconds = 1_800

/** Left out: what the run itself booked. */
export type Invitation = Partial<Booking> & {
  /** By e-mail: a calendar takes it from who sends it, and for whom it is sent to. */
  readonly mail?: { readonly from: string; readonly to: readonly string[] }
}

/**
 * The post-mortem as an iCalendar object (RFC 5545), an hour long: an iTIP REQUEST, or the CANCEL of one. `now`: DTSTAMP.
 * Before anybody named an owner and a date it stands a day ahead, with whoever opened the run.
 */
export function invitation(state: RunState, now: string, booking: Invitation = {}): string {
  const { run, lessons } = state
  const { sequence = 0, isCancelled = false, mail } = booking
  const id = oneLine(run?.id ?? '')
  const opener = oneLine(run?.by.name ?? 'operator')
  const owner = oneLine(booking.owner ?? lessons?.owner ?? opener)
  const at = booking.at ?? lessons?.reviewAt ?? plusMs(now, 24 * hourMs)
  const method = isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST
  const calendar = new ICalCalendar({ prodId: '//Astern//rollback//EN', method })
  const event = calendar.createEvent({
    id: `post-mortem-${id}@astern`,
    sequence,
    stamp: new Date(now),
    start: new Date(at),
    end: new Date(plusMs(at, hourMs)),
    timezone: null,
    summary: oneLine(
      `${drillPrefix(run)}Post-mortem ${state.decision?.severity ?? ''} ${run?.environment ?? ''} (run ${id})`,
    ),
    description: description(state),
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer: { name: owner, email: mail?.from ?? addressOf(owner) },
  })
  for (const { name, email } of attendees([owner, opener], mail?.to ?? []))
    event.createAttendee({ name, email, rsvp: !isCancelled, status: ICalAttendeeStatus.NEEDSACTION })
  if (!isCancelled)
    event.createAlarm({
      type: ICalAlarmType.display,
      trigger: alarmSeconds,
      description: 'Post-mortem in half an hour',
    })
  return `${calendar.toString()}\r\n`
}

/** Each address once. */
function attendees(names: readonly string[], addresses: readonly string[]) {
  const all = [...names, ...addresses].map(name => ({ name, email: addressOf(name) }))
  return [...new Map(all.map(one => [one.email, one])).values()]
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
