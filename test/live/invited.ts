import { readFileSync, writeFileSync } from 'node:fs'
import { convertIcsCalendar } from 'ts-ics'
import { parse, stringify } from 'yaml'

/** A channel that a mail server takes, for a team in Madrid. */
export function addMail(manifestFile: string, smtp: string): void {
  const written = parse(readFileSync(manifestFile, 'utf8')) as { notify: object }
  const board = { email: { smtp, tls: 'none', from: 'a@shop.example', to: ['b@shop.example'] } }
  const review = { timezone: 'Europe/Madrid' }
  writeFileSync(manifestFile, stringify({ ...written, review, notify: { ...written.notify, board } }))
}

/** Of each invitation in a mail what a calendar goes by: method, UID, number, time and organizer. */
export function invitationsIn(mail: string) {
  return calendarsIn(mail).map(({ method, events: [event] = [] }) => [
    method,
    event?.uid,
    event?.sequence ?? 0,
    event?.start.date.toISOString(),
    event?.organizer?.email,
  ])
}

/** The calendar parts of a mail, as its recipient's calendar finds them: each invitation once, though it is attached as a file too. */
function calendarsIn(mail: string) {
  const [, boundary = ''] = /multipart\/alternative;\s*boundary="([^"]+)"/i.exec(mail) ?? []
  const parts = mail.split(`--${boundary}`).filter(part => /^content-type: text\/calendar/im.test(part))
  return parts.map(part => {
    const [head = '', ...body] = part.split(/\r?\n\r?\n/)
    const isBase64 = /content-transfer-encoding: base64/i.test(head)
    const text = body.join('\r\n\r\n').trim()
    return convertIcsCalendar(undefined, isBase64 ? Buffer.from(text, 'base64').toString('utf8') : text)
  })
}
