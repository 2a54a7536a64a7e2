import { ask, serve } from './web.mjs'

const { AUTH_PORT, API_PORT } = process.env
const through =
  (port, method, path) =>
  async ({ id, body, token }) =>
    ask(port, method, path.replace(':id', id), method === 'GET' ? { token } : { body, token })

serve({
  'POST /login': through(AUTH_PORT, 'POST', '/login'),
  'GET /catalogue': through(API_PORT, 'GET', '/catalogue'),
  'POST /checkout': through(API_PORT, 'POST', '/checkout'),
  'GET /orders/:id': through(API_PORT, 'GET', '/orders/:id'),
})
