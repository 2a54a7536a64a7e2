import { z } from 'zod'
import { assertion } from './schema-asserts.ts'
import { duration, json, name, open } from './schema-parts.ts'

const text = z.string()
const port = z.int().min(1).max(65_535)

const trust = z
  .union([open({ ca: text }), z.literal('unverified')])
  .optional()
  .describe("Whose certificates count: those of a file, or anybody's. Without it those of the system's authorities.")

const container = {
  service: name.optional(),
  container: name.optional().describe('Any container, by its name; wants host.'),
  host: name.optional().describe('Without it each host of the service.'),
}

/** Exactly one of them. */
const question = {
  http: open({
    url: text,
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    headers: z.record(text, text).default({}),
    json: json.optional(),
    form: z.record(text, text).optional(),
    follow: z.int().min(0).max(10).optional().describe('Redirects followed at most; without it none.'),
    tls: trust,
  }).optional(),
  tcp: open({ host: text, port }).optional(),
  tls: open({
    host: text,
    port,
    name: text.optional().describe('Whose certificate it has to be, where that is not host.'),
    tls: trust,
  }).optional(),
  dns: open({
    name: text,
    type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SRV', 'TXT']).default('A'),
    server: z
      .string()
      .regex(
        /^(\d+\.\d+\.\d+\.\d+(:\d+)?|\[[\da-f:]+\](:\d+)?)$/i,
        'is an address like 10.0.0.2, 10.0.0.2:53 or [::1]:53',
      )
      .optional()
      .describe("Without it the system's name servers."),
  }).optional(),
  sql: open({ database: name, query: text }).optional(),
  command: z.array(text).min(1).optional().describe('An argument list, run on this machine.'),
  exec: open({ ...container, command: z.array(text).min(1) })
    .optional()
    .describe('An argument list, run inside a container.'),
  docker: open(container).optional().describe('How a container is.'),
  log: open({
    ...container,
    since: z
      .union([duration, z.literal('start')])
      .default('start')
      .describe('So long ago, or since it started.'),
  })
    .optional()
    .describe('What a container wrote.'),
}

const asked = {
  ...question,
  assert: z.array(assertion).default([]),
  extract: z.record(name, text).default({}).describe('Names, each with a JSONPath: {name} in later requests.'),
}

export const check = open({
  name: text.min(1),
  group: z.enum(['critical', 'auth', 'core', 'integration', 'infra']).default('core'),
  severity: z.enum(['must', 'should']).default('must'),
  ...asked,
  flow: z
    .array(
      open({
        name: text.min(1),
        ...asked,
        always: z.literal(true).optional().describe('Asked though one before it did not pass: logging out.'),
      }),
    )
    .min(2)
    .optional()
    .describe('Several requests, one after the other; cookies and what is extracted stay within the flow.'),
  timeout: duration.default(5000).describe('Of each request.'),
  attempts: z.int().min(1).max(20).default(3),
  interval: duration.default(1000),
  consecutive: z.int().min(1).max(100).optional().describe('Passes in a row that count as one.'),
  hold: duration.optional().describe('How long it has to go on passing.'),
  when: z.enum(['before', 'after', 'both']).default('both').describe('Before the rollback, after it, or both.'),
})

export type WrittenCheck = z.infer<typeof check>
export type WrittenAsked = Pick<WrittenCheck, keyof typeof asked>
