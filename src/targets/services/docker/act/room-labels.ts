import { hostname } from 'node:os'
import { startOf } from '../../../process-start.ts'

export const label = 'com.github.astern.room'

/** A room of another machine, whose maker cannot be looked for, counts as left behind after so long. */
const oldMs = 3_600_000

export async function labelsOf(environment: string, room: string): Promise<Record<string, string>> {
  return {
    [label]: room,
    [`${label}.environment`]: environment,
    [`${label}.on`]: hostname(),
    [`${label}.maker`]: `${process.pid} ${(await startOf(process.pid)) ?? ''}`,
  }
}

/** Its maker is no more. */
export async function isLeft(labels: Readonly<Record<string, string>>, ageMs: number): Promise<boolean> {
  if (labels[`${label}.on`] !== hostname()) return ageMs > oldMs
  const [pid = '', start = ''] = (labels[`${label}.maker`] ?? '').split(' ')
  return (await startOf(Number(pid))) !== start
}
