import type { z } from 'zod'

/** What a schema makes of an empty value: its defaults. */
export function accepted<Schema extends z.ZodType>(schema: Schema): z.infer<Schema> {
  return schema.parse({})
}
