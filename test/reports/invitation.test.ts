import { convertIcsCalendar } from 'ts-ics'
import { describe, expect, test } from 'vitest'
import { invitation } from '../../src/reports/invitation.ts'
import { initialState, replay } from '../../src/state/reduce.ts'
import { journal, untilDone, wholeRun, type Moment } from './fixture.ts'

const now = '2026-11-18T03:13:20.000Z'
const state = replay(journal(wholeRun))

/** `BEGIN:VALARM` and the like stay properties, so that their order can be seen. */
function properties(text: string): readonly (readonly [name: string, value: string])[] {
  const unfolded = text.replaceAll('\r\n ', '')
  return unfolded
    .split('\r\n')
    .filter(line => line !== '')
    .map(line => {
      const colon = /^(?:[^":]|"[^"]*")*?:/.exec(line)?.[0].length ?? 0
      return [line.slice(0, colon - 1), line.slice(colon)] as const
    })
}

function value(text: string, name: string): string {
  return properties(text).find(([key]) => key === name)?.[1] ?? ''
}

describe('the invitation to the post-mortem', () => {
  test('asks two people for an hour at the time that was given, with half an hour of warning', () => {
    const [description, rest] = [value(invitation(state, now), 'DESCRIPTION'), properties(invitation(state, now))]
    expect(rest.filter(([name]) => name !== 'DESCRIPTION')).toEqual([
      ['BEGIN', 'VCALENDAR'],
      ['VERSION', '2.0'],
      ['PRODID', '-//Astern//rollback//EN'],
      ['METHOD', 'REQUEST'],
      ['BEGIN', 'VEVENT'],
      ['UID', 'post-mortem-r-1118-a@astern'],
      ['SEQUENCE', '0'],
      ['DTSTAMP', '20261118T031320Z'],
      ['DTSTART', '20261120T100000Z'],
      ['DTEND', '20261120T110000Z'],
      ['SUMMARY', 'Post-mortem SEV-2 shop (run r-1118-a)'],
      ['ORGANIZER;CN="bo@shop.example"', 'mailto:bo@shop.example'],
      ['ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="bo@shop.example"', 'MAILTO:bo@shop.example'],
      ['ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="ana"', 'MAILTO:ana@astern.invalid'],
      ['BEGIN', 'VALARM'],
      ['ACTION', 'DISPLAY'],
      ['TRIGGER', '-PT30M'],
      ['END', 'VALARM'],
      ['STATUS', 'CONFIRMED'],
      ['END', 'VEVENT'],
      ['END', 'VCALENDAR'],
    ])
    expect(description).toContain('1.3.0 to 1.2.2\\n\\ncheckout answers 500')
    expect(description).toMatch(/Incident document: astern report r-1118-a$/)
  })

  test('is whole lines of at most 75 bytes, ended by CRLF, without a stray newline or control character', () => {
    const long = stateWith({ lessons: `${'ü€😀; rehearse, really\n'.repeat(40)}\u0000`, owner: 'bo' })
    const text = invitation(long, now)
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\u0000-\u001f]/)
    expect(text.split('\r\n').filter(line => Buffer.byteLength(line) > 75)).toEqual([])
    const lessons = value(text, 'DESCRIPTION').replaceAll(/\\([;,])/g, '$1')
    expect(lessons.split('\\n').filter(line => line === 'ü€😀; rehearse, really')).toHaveLength(40)
  })

  test('reads in another calendar as it was meant: asked, moved, and called off', () => {
    const mail = { from: 'astern@shop.example', to: ['board@shop.example', 'bo@shop.example'] }
    const at = '2026-11-23T15:30:00.000Z'
    const read = [
      invitation(state, now, { mail }),
      invitation(state, now, { sequence: 1, at, owner: 'ana@shop.example', mail }),
      invitation(state, now, { sequence: 2, at, owner: 'ana@shop.example', isCancelled: true, mail }),
    ].map(text => convertIcsCalendar(undefined, text))
    const told = read.map(({ method, events }) => {
      const [event] = events ?? []
      const { uid, sequence, status, start, organizer, attendees } = event ?? {}
      return [
        method,
        uid,
        sequence ?? 0,
        status,
        start?.date.toISOString(),
        organizer?.email,
        attendees?.map(one => one.email.trim()),
      ]
    })
    const uid = 'post-mortem-r-1118-a@astern'
    const invited = ['bo@shop.example', 'ana@astern.invalid', 'board@shop.example']
    const others = ['ana@shop.example', 'ana@astern.invalid', 'board@shop.example', 'bo@shop.example']
    expect(told).toEqual([
      ['REQUEST', uid, 0, 'CONFIRMED', '2026-11-20T10:00:00.000Z', 'astern@shop.example', invited],
      ['REQUEST', uid, 1, 'CONFIRMED', at, 'astern@shop.example', others],
      ['CANCEL', uid, 2, 'CANCELLED', at, 'astern@shop.example', others],
    ])
  })

  test('moves a meeting by the same UID and a higher sequence', () => {
    const later = invitation(stateWith({ lessons: '', owner: 'bo', reviewAt: '2026-11-23T10:00:00.000Z' }), now, {
      sequence: 1,
    })
    expect([value(later, 'UID'), value(later, 'SEQUENCE'), value(later, 'DTSTART')]).toEqual([
      'post-mortem-r-1118-a@astern',
      '1',
      '20261123T100000Z',
    ])
  })

  test('lets a name neither begin a property nor name another address', () => {
    const text = invitation(stateWith({ lessons: '', owner: 'bo"\r\nATTENDEE:mailto:eve@x; o, <eve@x>' }), now)
    expect(properties(text).filter(([name]) => name.startsWith('ATTENDEE'))).toHaveLength(2)
    expect(properties(text).filter(([, address]) => address.includes('eve@x'))).toEqual([])
  })

  test('is the same twice, and asks for nobody unknown when nothing was said yet', () => {
    expect(invitation(state, now)).toBe(invitation(structuredClone(state), now))
    const early = invitation(replay(journal(untilDone)), now)
    expect([value(early, 'DTSTART'), properties(early).filter(([name]) => name.startsWith('ATTENDEE')).length]).toEqual(
      ['20261119T031320Z', 1],
    )
    expect(value(invitation(initialState, now), 'UID')).toBe('post-mortem-@astern')
  })
})

function stateWith(lessons: { lessons: string; owner: string; reviewAt?: string }): typeof state {
  const added: Moment = [190, 'ana', { kind: 'lessons.added', reviewAt: '2026-11-20T10:00:00.000Z', ...lessons }]
  return replay(journal([...untilDone, added]))
}
