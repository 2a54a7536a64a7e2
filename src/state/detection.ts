import { lastTimeOf } from './times.ts'

export type Detection = { readonly at: string | null; readonly by: string }

/** `02:58 the pager`, in UTC; either may be left out. Null: nothing was written. Undefined: what looks like a time is none. */
export function detectionOf(text: string, now: string): Detection | null | undefined {
  const [, time = '', by = ''] = /^(\d{1,2}:\d{2})?[\s,]*(.*)$/s.exec(text.trim()) ?? []
  if (time === '' && by === '') return null
  const at = lastTimeOf(time, now)
  return at === undefined ? undefined : { at, by: by.trim() }
}
