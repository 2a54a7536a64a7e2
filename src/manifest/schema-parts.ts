import { z } from 'zod'

/** Letters, digits, `-`, `_` and `.`: safe in a file name, on a screen and in a dialog that wants it typed. */
export const name = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'has letters, digits, - _ . only, and begins with a letter or digit')

export const json: z.ZodType<import('../state/json.ts').Json> = z.json() as never

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const written = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/

/** `500ms`, `30s`, `5m`, `1h`, as milliseconds. */
export const duration = z
  .string()
  .regex(written, 'is a duration like 500ms, 30s, 5m or 1h')
  .transform(text => durationMs(text) ?? 0)

/** Null: it is no duration. */
export function durationMs(text: string): number | null {
  const [, amount, unit] = written.exec(text) ?? []
  return amount === undefined ? null : Number(amount) * units[unit as keyof typeof units]
}

/** An object whose unknown keys are faults, `x-` keys passing. */
export function open<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(withoutExtensions, z.strictObject(shape))
}

function withoutExtensions(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')))
}
