import { ICalAlarmType, ICalCalendar, ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import type { RunState } from '../state/run-state.ts'
import { plusMs } from '../state/times.ts'

const hourMs = 3_600_000

/**
 * The post-mortem as an iCalendar invitation (RFC 5545, iTIP REQUEST): the same UID for good, so that a later one with a
 * higher sequence moves it. `now`: DTSTAMP.
 */
export function invitation(state: RunState, now: string): string {
  const { run, lessons } = state
  const at = lessons?.reviewAt ?? now
  const organizer = { name: lessons?.owner ?? 'owner', email: addressOf(lessons?.owner ?? 'owner') }
  const people = [...new Set([run?.by.name ?? '', lessons?.owner ?? ''])].filter(name => name !== '')
  const calendar = new ICalCalendar({ prodId: '//Astern//rollback//EN', method: ICalCalendarMethod.REQUEST })
  const event = calendar.createEvent({
    id: `post-mortem-${run?.id ?? ''}@astern`,
    sequence: 0,
    stamp: new Date(now),
    start: new Date(at),
    end: new Date(plusMs(at, hourMs)),
    timezone: null,
    summary: `Post-mortem ${state.decision?.severity ?? ''} ${run?.environment ?? ''} (run ${run?.id ?? ''})`,
    description: `${state.decision?.reason ?? ''}\n\nThe incident document lies in the run's report directory.`,
    status: ICalEventStatus.CONFIRMED,
    organizer,
  })
  for (const name of people) event.createAttendee({ name, email: addressOf(name), rsvp: true })
  event.createAlarm({ type: ICalAlarmType.display, trigger: 1800, description: 'Post-mortem in half an hour' })
  return calendar.toString()
}

/** No address book here: a name that is not an address stands under a host that never resolves (RFC 2606). */
function addressOf(name: string): string {
  return name.includes('@') ? name : `${name.replaceAll(/[^\w.-]/g, '.')}@astern.invalid`
}
