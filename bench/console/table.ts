export type Budget = {
  readonly what: string
  readonly measured: string
  readonly budget: string
  readonly kept: boolean
}

export function budget(what: string, measured: number, most: number, unit: string, digits = 0): Budget {
  return {
    what,
    measured: `${measured.toFixed(digits)} ${unit}`,
    budget: `${most} ${unit}`,
    kept: measured <= most,
  }
}

/** Every budget in a line of its own. False: one was missed. */
export function printTable(rows: readonly Budget[]): boolean {
  const wide = (of: (row: Budget) => string): number => Math.max(...rows.map(row => of(row).length))
  const [what, measured, most] = [wide(row => row.what), wide(row => row.measured), wide(row => row.budget)]
  for (const row of rows)
    process.stdout.write(
      `${row.what.padEnd(what)}  ${row.measured.padStart(measured)}  of ${row.budget.padStart(most)}  ${row.kept ? 'kept' : 'MISSED'}\n`,
    )
  return rows.every(({ kept }) => kept)
}
