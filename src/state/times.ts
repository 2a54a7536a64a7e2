/* oxlint-disable no-restricted-globals -- Date reads and prints times that were handed in; the clock is never asked. */

/** Calendar arithmetic on ISO times in UTC, without a clock. */
export function plusMs(iso: string, ms: number): string {
  return new Date(Date.parse(iso) + ms).toISOString()
}

/** Milliseconds from one time to another; 0 where the clock went back. */
export function betweenMs(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from))
}

/** `02:51` in UTC -> the last time it was that. Null: nothing was written. Undefined: it is no time. */
export function lastTimeOf(text: string, now: string): string | null | undefined {
  if (text === '') return null
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? []
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59) return undefined
  const today = `${now.slice(0, 10)}T${hour.padStart(2, '0')}:${minute}:00.000Z`
  return today <= now ? today : plusMs(today, -24 * 3_600_000)
}

/** `2026-11-24T14:00:00Z`, seconds or not, and a day and an hour that there are. */
export function isTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/.test(text)) return false
  const at = Date.parse(text)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 16))
}

/** `2026-11-24 14:00`, as people write a time in UTC, or as it stands in a journal -> that. Null: it is no time to come to. */
export function timeOf(text: string): string | null {
  const [, day = '', hour = '', minute = ''] =
    /^(\d{4}-\d\d-\d\d)[ T](\d{1,2}):(\d\d)(?: ?UTC)?$/.exec(text.trim()) ?? []
  const iso = day === '' ? text.trim() : `${day}T${hour.padStart(2, '0')}:${minute}:00.000Z`
  return isTime(iso) ? iso : null
}

/** `2026-11-24 14:03`, in UTC as all times. */
export function whenText(at: string): string {
  return at.slice(0, 16).replace('T', ' ')
}

/** 0 is Sunday. */
export function weekday(iso: string): number {
  return new Date(iso).getUTCDay()
}

/** `1:07`, `1:02:09`. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (n: number): string => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** `0.4 s` below ten seconds, `0:42` above. */
export function spanText(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : clockText(ms)
}

/** `30 min`, `2 min 5 s` */
export function minutesText(ms: number): string {
  const whole = Math.floor(ms / 60_000)
  const seconds = Math.round((ms % 60_000) / 1000)
  return seconds === 0 ? `${whole} min` : `${whole} min ${seconds} s`
}

/** `14:07` */
export function hourText(iso: string): string {
  return iso.slice(11, 16)
}

/** `03:12:40` of an ISO time. */
export function timeOfDay(iso: string): string {
  return iso.slice(11, 19)
}
