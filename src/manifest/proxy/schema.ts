import { z } from 'zod'
import { parseAddress } from '../../state/drill/proxy.ts'
import { open } from '../schema-parts.ts'

const address = z
  .string()
  .refine(
    text => /^(unix|tcp):/.test(text) && parseAddress(text) !== null,
    'is neither unix:///PATH nor tcp://HOST:PORT',
  )

const local = /^(unix:\/\/|http:\/\/(127\.0\.0\.1|\[::1\]|localhost):)/

export const proxySchema = open({
  control: z
    .string()
    .refine(
      text => local.test(text) && parseAddress(text) !== null,
      'is neither unix:///PATH nor http://127.0.0.1:PORT',
    )
    .describe(
      'Where it is told what to do, and by nobody from another machine: drill.proxies of astern.yaml names it.',
    ),
  routes: z
    .record(
      z
        .string()
        .regex(
          /^(service [\w.-]+@[\w.-]+|host [\w.-]+|channel [\w.-]+)$/,
          'is service NAME@HOST, host NAME or channel NAME',
        ),
      open({
        listen: address.describe('Where whoever uses it is to be sent.'),
        to: address.describe('Where it really is.'),
      }),
    )
    .describe('The ways it stands on, by what they lead to.'),
})
