import { z } from 'zod'
import { name, open } from './schema-parts.ts'

/** Whoever knows it can post, or read: it never stands in the file itself. */
const reference = z
  .string()
  .regex(/^(env|file|cmd):.+$/, 'is a secret: it is written env:NAME, file:PATH or cmd:PROGRAM, and kept elsewhere')

/** Where a service is reached, for whoever has to go through a proxy. */
const api = (standard: string) =>
  z
    .string()
    .regex(/^(https:\/\/[^/]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)$/, 'is written https://HOST')
    .default(standard)

const address = z.string().regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, 'is not an address of e-mail')

const stage = z.enum(['opened', 'decided', 'progress', 'holding', 'restored', 'resolved', 'failed', 'review'])

export const channel = open({
  file: z.string().optional().describe('One line of JSON for each message.'),
  webhook: open({ url: z.string(), secret: z.string().optional() })
    .optional()
    .describe('Signed as Standard Webhooks has it, where there is a secret.'),
  slack: open({ webhook: reference }).optional().describe('An incoming webhook; its address is a secret.'),
  teams: open({ webhook: reference }).optional().describe('The address of a Workflows webhook, which is a secret.'),
  pagerduty: open({
    routing_key: reference,
    event: z
      .enum(['alert', 'change'])
      .default('alert')
      .describe('alert: one incident a run, resolved at its end. change: a change event at the end; notifies nobody.'),
    api: api('https://events.pagerduty.com'),
  }).optional(),
  statuspage: open({
    page: name,
    key: reference,
    components: z.array(name).default([]).describe('Ids of components shown as affected while it lasts.'),
    api: api('https://api.statuspage.io'),
  }).optional(),
  email: open({
    smtp: z
      .string()
      .regex(/^smtps?:\/\/[^/:@]+(:\d+)?$/, 'is written smtp://HOST:587 (with STARTTLS) or smtps://HOST:465'),
    tls: z
      .union([open({ ca: z.string() }), z.literal('none')])
      .optional()
      .describe('none: in clear, where the network itself is trusted.'),
    user: z.string().optional(),
    password: reference.optional(),
    from: address,
    to: z.array(address).min(1),
  }).optional(),
  cdevents: open({ url: z.string(), token: reference.optional() })
    .optional()
    .describe('CDEvents 0.5.1 over CloudEvents: incident detected, services rolled back, incident resolved.'),
  grafana: open({
    url: z.string(),
    token: reference,
    dashboard: name.optional().describe('Its uid; without one the annotations are those of the organisation.'),
  }).optional(),
  audience: z.string().default('team').describe('team, executives or public: each is told in words of its own.'),
  stages: z
    .array(stage)
    .min(1)
    .optional()
    .describe('Moments it is told of, where it should not be those that suit its kind and audience.'),
})

export type WrittenChannel = z.infer<typeof channel>
