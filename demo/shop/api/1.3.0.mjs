import { DatabaseSync } from 'node:sqlite'
import { ask, serve } from './web.mjs'

const database = new DatabaseSync(process.env.SHOP_DB, { timeout: 5000 })
const select = database.prepare(
  'SELECT id, sku, state, note, author FROM orders LEFT JOIN order_notes ON order_id = id WHERE id = ?',
)

serve(
  {
    'GET /catalogue': () => ({ status: 200, body: { items: database.prepare('SELECT sku, price FROM items').all() } }),
    'POST /checkout': async ({ token }) => {
      const who = await ask(process.env.AUTH_PORT, 'GET', '/whoami', { token })
      if (who.status !== 200) return who
      throw new Error('basket.total is not a function')
    },
    'GET /orders/:id': ({ id }) => {
      const order = select.get(Number(id))
      return order ? { status: 200, body: order } : { status: 404, body: { error: 'no such order' } }
    },
  },
  () => database.prepare('SELECT 1').get(),
)
