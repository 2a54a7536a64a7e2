import { createHmac } from 'node:crypto'
import { serve } from './web.mjs'

const secret = process.env.PROBE_PASSWORD
const token = createHmac('sha256', secret).update('probe').digest('hex').slice(0, 24)

serve({
  'POST /login': ({ body }) =>
    body.user === 'probe' && body.password === secret
      ? { status: 200, body: { token } }
      : { status: 401, body: { error: 'wrong user or password' } },
  'GET /whoami': ({ token: given }) =>
    given === token ? { status: 200, body: { user: 'probe' } } : { status: 401, body: { error: 'log in first' } },
})
