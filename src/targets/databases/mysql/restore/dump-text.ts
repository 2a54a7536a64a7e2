/** As mydumper and mysqldump write a moment, in the clock of their machine; taken for this one's. */
export function toIso(text: string | undefined): string | null {
  const [, day, time] = /^(\d{4}-\d\d-\d\d) +(\d{1,2}:\d\d:\d\d)/.exec(text?.trim() ?? '') ?? []
  if (day === undefined || time === undefined) return null
  return new Date(`${day}T${time.padStart(8, '0')}`).toISOString()
}

export function nextIdIn(create: string): number | null {
  const found = / AUTO_INCREMENT=(\d+)/.exec(create)?.[1]
  return found === undefined ? null : Number(found)
}

/** Of each row of INSERTs, its first value: of a migration tool's table, the version. */
export function firstValues(text: string): readonly string[] {
  return [...text.matchAll(/(?:VALUES\s*|,\s*)\(\s*(?:'([^']*)'|"([^"]*)"|(\d+))/g)].map(
    ([, single, double, number]) => single ?? double ?? number ?? '',
  )
}
