import { z } from 'zod'
import { name, open } from './schema-parts.ts'

const origin = z
  .string()
  .regex(/^https?:\/\/[^/\s]+$/, 'is an origin: http://10.0.0.11:8080, https://shop.example, without a path')

const service = open({
  env: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'is the name of a variable: letters, digits, _'), z.string())
    .default({})
    .describe(
      'All it is given, as references or text. {database} stands for the clone, {database:NAME} for one of several, {port} for its own port, {host:NAME} and {port:NAME} for another service in the room.',
    ),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('Where it listens in its container; on a host of release directories any that is free, as {port}.'),
  serves: z.array(origin).default([]).describe('Requests of the HTTP checks to these origins are sent to it.'),
  command: z.array(z.string()).min(1).optional().describe('Ends with 0 where it is well; asked inside its container.'),
  start: z
    .literal(true)
    .optional()
    .describe('Of a worker, cron or singleton: it is started all the same, with nothing but env.'),
})

export const rehearsal = open({
  services: z.record(name, service),
}).describe('Services that astern rehearse starts on clones, as the release to go back to has them.')
