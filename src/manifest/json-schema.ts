import { z } from 'zod'
import { manifestSchema } from './schema.ts'

/** For editors: generated from the schema that checks the file, so that the two cannot disagree. */
export function manifestJsonSchema(): unknown {
  return z.toJSONSchema(manifestSchema, { io: 'input', unrepresentable: 'any', reused: 'ref' })
}
