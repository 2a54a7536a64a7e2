import { z } from 'zod'
import { duration, json, open } from './schema-parts.ts'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const soft = z.literal(true).optional().describe('Where it does not hold the check is degraded, and has not failed.')

/** All that is given has to hold. */
const comparing = {
  equals: json.optional(),
  not: json.optional(),
  contains: z.string().optional().describe('In a text; of a list, one item of it.'),
  lacks: z.string().optional(),
  matches: z.string().optional().describe('A regular expression.'),
  at_least: z.number().optional(),
  at_most: z.number().optional(),
  count: z.int().min(0).optional().describe('Of a list or a text.'),
}
const exists = { ...comparing, exists: z.boolean().optional() }
const comparison = open(comparing)

export const assertion = z.union([
  open({ status: z.int(), soft }),
  open({ json: z.string(), ...exists, soft }),
  open({ header: z.string(), ...exists, soft }),
  open({ body: z.union([z.string(), comparison]), soft }),
  open({ output: z.union([z.string(), comparison]), soft }),
  open({ lines: z.union([z.string(), comparison]), soft }),
  open({ latency: duration }),
  open({ redirects: z.union([z.int(), comparison]), soft }),
  open({ url: z.union([z.string(), comparison]), soft }),
  open({ certificate_days: z.number().describe('So many days left, at least.'), soft }),
  open({ protocol: z.union([z.string(), comparison]), soft }),
  open({ connects: z.boolean(), soft }),
  open({ rcode: z.enum(['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP']), soft }),
  open({ answer: z.union([z.string(), comparison]), soft }),
  open({ exit: z.int(), soft }),
  open({ cell: z.union([scalar, comparison]), soft }),
  open({ state: z.union([z.string(), comparison]), soft }),
  open({
    restarts: z.union([z.int(), z.literal('steady').describe('Not started again while it is watched.'), comparison]),
    soft,
  }),
  open({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is a digest, sha256:...'), soft }),
])

export type WrittenAssertion = z.infer<typeof assertion>
export type WrittenComparison = z.infer<typeof comparison>
