import { z } from 'zod'
import { duration, name, open } from './schema-parts.ts'

const json: z.ZodType<import('../state/json.ts').Json> = z.json() as never
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

const assertion = z.union([
  open({ status: z.int() }),
  open({ json: z.string(), exists: z.boolean().optional(), equals: scalar.optional() }),
  open({ body: z.string() }),
  open({ latency: duration }),
  open({ exit: z.int() }),
  open({ cell: scalar }),
])

export const check = open({
  name: z.string().min(1),
  group: z.enum(['critical', 'auth', 'core', 'integration', 'infra']).default('core'),
  severity: z.enum(['must', 'should']).default('must'),
  http: open({
    url: z.string(),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    headers: z.record(z.string(), z.string()).default({}),
    json: json.optional(),
  }).optional(),
  command: z.array(z.string()).min(1).optional(),
  sql: open({ database: name, query: z.string() }).optional(),
  assert: z.array(assertion).default([]),
  extract: z.record(name, z.string()).default({}),
  timeout: duration.default(5000),
  attempts: z.int().min(1).max(20).default(3),
  interval: duration.default(1000),
})

export type WrittenCheck = z.infer<typeof check>
export type WrittenAssertion = z.infer<typeof assertion>
